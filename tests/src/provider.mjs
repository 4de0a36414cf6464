// A provider that is certified for OpenID Connect, with one client, for the tests: whoever types a name is that person.
// The variables say where the library is and how id tokens are signed. Says its issuer on one line, and serves until it
// is killed.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";

const { DECLIC_OIDC_PROVIDER, ALGORITHM, CLIENT, SECRET, RETURN } = process.env;
const { default: Provider } = await import(DECLIC_OIDC_PROVIDER);

const kinds = {
  ES256: ["ec", { namedCurve: "P-256" }],
  RS256: ["rsa", { modulusLength: 2048 }],
  EdDSA: ["ed25519", {}],
};
const keys = Object.entries(kinds).map(([alg, [kind, options]]) => {
  const { privateKey } = generateKeyPairSync(kind, options);
  return { ...privateKey.export({ format: "jwk" }), alg, use: "sig", kid: `key-${alg}` };
});

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT,
        client_secret: SECRET,
        redirect_uris: [RETURN],
        response_types: ["code"],
        grant_types: ["authorization_code"],
        id_token_signed_response_alg: ALGORITHM,
      },
    ],
    jwks: { keys },
    cookies: { keys: ["of no use outside of a test"] },
    enabledJWA: { idTokenSigningAlgValues: Object.keys(kinds) },
    pkce: { methods: ["S256"], required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
