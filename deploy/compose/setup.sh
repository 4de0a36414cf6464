#!/usr/bin/env bash
# Makes what compose.yaml mounts, under deploy/compose/run: an authority and the hubs' certificate, a password, a key for
# each member who uses one here, and a directory that knows their public halves. Needs openssl. Run again, it changes
# nothing that is there.
set -euo pipefail
cd "$(dirname "$0")"
umask 077

if [[ $(id -u) -eq 0 ]]; then
    echo "Run this as the user the containers shall run as, not as root." >&2
    exit 1
fi
mkdir -p run/tls run/secrets run/keys run/agencies

if [[ ! -e run/tls/hub.pem ]]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj '/CN=Declic trial authority' \
        -addext 'keyUsage=critical,keyCertSign' -keyout run/ca.key -out run/tls/ca.pem 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=hub' \
        -keyout run/tls/hub.key -out run/hub.csr 2>/dev/null
    openssl x509 -req -in run/hub.csr -CA run/tls/ca.pem -CAkey run/ca.key -CAcreateserial -days 365 \
        -extfile <(printf 'subjectAltName=DNS:hub-a,DNS:hub-b,DNS:localhost\nextendedKeyUsage=serverAuth\n') \
        -out run/tls/hub.pem 2>/dev/null
fi

if [[ ! -e run/pgpass ]]; then
    openssl rand -hex 24 >run/postgres-password
    printf 'postgres:5432:*:declic:%s\n' "$(cat run/postgres-password)" >run/pgpass
fi

# Public half of a key as the directory wants it: the last 32 bytes of its DER, in base64url.
public_half() {
    openssl pkey -in "$1" -pubout -outform DER | tail -c 32 | base64 | tr '+/' '-_' | tr -d '='
}

enrol() { # id of the member, file of its key
    [[ -e $2 ]] || openssl genpkey -algorithm ed25519 -out "$2"
    awk -v member="id = \"$1\"" -v keys="keys = [\"$(public_half "$2")\"]" '
        /^\[\[/ { here = 0 }
        $0 == member { here = 1 }
        here && /^keys = / { $0 = keys; here = 0 }
        { print }
    ' run/directory.toml >run/directory.new
    mv run/directory.new run/directory.toml
}

if [[ ! -e run/directory.toml ]]; then
    cp ../directory.example.toml run/directory.toml
fi
for agency in caf-56 carsat-bretagne msa-portes-de-bretagne dep-56; do
    mkdir -p "run/agencies/$agency"
    enrol "connector.$agency" "run/agencies/$agency/connector.key"
done
for member in camille.martin claire.morel ines.fabre; do
    enrol "$member" "run/keys/$member.pem"
done

printf 'DECLIC_UID=%s\nDECLIC_GID=%s\n' "$(id -u)" "$(id -g)" >../.env
echo "Ready: docker compose --file deploy/compose.yaml up --build"
