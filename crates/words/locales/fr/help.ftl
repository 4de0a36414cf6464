### L’aide de la ligne de commande, par commande et par option.
heading-usage = Utilisation :
heading-examples = Exemples :
heading-commands = Commandes{ " " }
heading-command = COMMANDE
heading-options = Options{ " " }
heading-arguments = Arguments{ " " }
heading-common-options = Options communes{ " " }
heading-choices = { "[" }{ $choices }]
heading-default = (par défaut : { $value })
value-file = FICHIER
value-file-json = FICHIER.json
value-file-jsonl = FICHIER.jsonl
value-name = NOM
value-subject = NOM
value-key = CLÉ
value-n-text = N=TEXTE
value-yyyy-mm-dd = AAAA-MM-JJ
value-yyyy-mm-dd-label = AAAA-MM-JJ=LIBELLÉ
value-member = MEMBRE
value-desk = ÉQUIPE
value-kind-label-why = TYPE:LIBELLÉ|POURQUOI
value-agency = ORGANISME
value-scheme = RÉGIME
value-event = ÉVÉNEMENT
value-folder = RÉPERTOIRE
value-directory = RÉPERTOIRE
value-address = ADRESSE
value-case = DOSSIER
value-ticket = DEMANDE
value-case-or-ticket = DOSSIER_OU_DEMANDE
value-event-or-ticket = INSCRIPTION_OU_DEMANDE
value-text = TEXTE
value-reason = MOTIF
value-effect = EFFET
value-state = ÉTAT
value-channel = CANAL
value-result = RÉSULTAT
value-outcome = RÉPONSE
value-link = LIEN
value-regime = RÉGIME
value-benefit = CODE
value-blockage = CODE
value-stage = ÉTAPE
value-agricultural-status = STATUT
value-local-scheme = VALEUR
value-has-basic-pension = VALEUR
value-organisation = STRUCTURE
value-desk-name = ÉQUIPE=LIBELLÉ
value-true-false = true|false
value-item = NOM
value-role = RÔLE
value-enrolment = VOIE
value-code = CODE
value-query = TEXTE
help = Déclic : débloquer une situation, dossier par dossier. Les données vont sur la sortie standard, le reste sur la sortie d’erreur.
help-examples =
    declic case open --input dossier.json
    declic case show 26-04817-K
    declic routing explain --commune 56178 --regime general --benefit RSA
    declic ledger verify
help--version = Affiche la version
help---help = Affiche cette aide
help---version = Affiche la version
help---hub = Adresse du hub (DECLIC_HUB)
help---as = Votre nom dans l’annuaire du hub (DECLIC_SUBJECT)
help---key = Fichier de votre clé privée (DECLIC_KEY)
help---audience = Nom que le hub attend dans les jetons (DECLIC_AUDIENCE, sinon declic-hub)
help---ca = Certificat de l’autorité du hub, en https (DECLIC_CA)
help---log-key = Clé publique du grand livre, ou son fichier (DECLIC_LOG_KEY)
help---config = Fichier de configuration (DECLIC_CONFIG, sinon ~/.config/declic/cli.toml)
help---lang = Langue (DECLIC_LANG, sinon fr)
help---time-zone = Fuseau horaire des dates affichées (DECLIC_TIME_ZONE, sinon Europe/Paris)
help---json = Données en JSON, et les erreurs aussi
help---quiet = Ne rien dire hors données et erreurs
help---no-color = Pas de gras (NO_COLOR)
help--ticket = La demande : 26-04817-K/1, 26-04817-K s’il n’y en a qu’une, ou son nom complet
help--case = Le dossier : 26-04817-K ou son nom complet
help---request-id = Identifiant de cet envoi, pour le recommencer sans le faire deux fois
help---etag = Refuser si la demande a changé depuis cette lecture
help---epoch = Époque lue : la commande ne relit pas la demande
help---message = Message ; « - » le lit sur l’entrée standard
help---text = Texte ; « - » le lit sur l’entrée standard
help---reason = Pourquoi ; « - » le lit sur l’entrée standard
help---limit = Nombre de lignes au plus
help---agent = L’agent, par exemple erwan.jego
help---agency = L’organisme, par exemple caf-56
help---commune = Code Insee de la commune
help---regime = Régime
help-case = Ouvrir et suivre des dossiers
help-case-examples =
    declic case open --input dossier.json
    declic case list
help-case-open = Ouvrir un dossier
help-case-open-examples =
    declic case open --input dossier.json
    declic case open --input dossier.json --dry-run
    declic case open --schema > case.schema.json
help-case-open--input = Fichier du dossier, ou « - »
help-case-open--schema = Affiche le schéma JSON de ce fichier
help-case-open--dry-run = Vérifie et oriente sans rien ouvrir
help-case-open--anyway = Ouvre même si un dossier est déjà ouvert pour cette personne et cette prestation
help-case-show = Lire un dossier : chez qui, depuis quand, quelle suite
help-case-show-examples =
    declic case show 26-04817-K
    declic case show 26-04817-K --json
help-case-list = Lister les dossiers, les plus récents d’abord
help-case-list-examples =
    declic case list
    declic case list --state all --json
    declic case list --given-name Jeanne --family-name Exemple --birth-date 1984-07-14
help-case-list--state = Dossiers dans cet état
help-case-list--given-name = Prénom de la personne, exact aux accents près
help-case-list--family-name = Nom de la personne, exact aux accents près
help-case-list--birth-date = Date de naissance de la personne
help-case-list--by-due = Dans l’ordre des échéances, ce qui vous attend d’abord
help-case-list--count = Dire seulement combien il y en a, jusqu’à 1 000
help-case-clock = Voir où passe le temps d’un dossier : chez qui, de quand à quand, compté ou non
help-case-clock-examples =
    declic case clock 26-04817-K
help-case-message = Écrire à l’organisme
help-case-message-examples =
    declic case message 26-04817-K/1 --text "Bonjour, du nouveau ?"
    declic case message 26-04817-K/1 --text - < message.txt
help-case-reply = Répondre à une demande d’information
help-case-reply-examples =
    declic case reply 26-04817-K/1 --answer "1=Bail remis le 20 novembre" --answer 2=2026-11-20
help-case-reply--answer = Réponse à l’élément N
help-case-close = Clore une demande résolue
help-case-close-examples =
    declic case close 26-04817-K/1 --effect yes
help-case-close--effect = La personne a-t-elle obtenu ce qui était attendu
help-case-reopen = Rouvrir une demande résolue, ou close depuis 60 jours au plus
help-case-reopen-examples =
    declic case reopen 26-04817-K/1 --reason "Le paiement de novembre manque"
help-case-remind = Relancer l’organisme qui tient la demande, une fois par jour ouvré au plus
help-case-remind-examples =
    declic case remind 26-04817-K --message "Toujours sans réponse"
help-case-share = Montrer une demande à l’organisme d’une autre demande du dossier, qui la lit seulement
help-case-share-examples =
    declic case share 26-04817-K/1 --agency msa-portes-de-bretagne --reason "Même situation, deux organismes"
help-case-unshare = Ne plus montrer une demande à cet organisme
help-case-unshare-examples =
    declic case unshare 26-04817-K/1 --agency msa-portes-de-bretagne --reason "Partagée à tort"
help-case-withdraw = Retirer un dossier, ou une seule de ses demandes
help-case-withdraw-examples =
    declic case withdraw 26-04817-K --reason "La personne ne souhaite plus"
help-case-withdraw-case-or-ticket = Le dossier (26-04817-K) ou la demande (26-04817-K/1)
help-case-urgency = Dire qu’un dossier est urgent, ou ne l’est plus
help-case-urgency-examples =
    declic case urgency 26-04817-K --urgent yes --reason "Coupure d’électricité annoncée"
help-case-urgency--urgent = Le dossier est-il urgent désormais
help-case-transfer = Confier un dossier à un collègue de la structure
help-case-transfer-examples =
    declic case transfer 26-04817-K --to yann.le-goff --reason "Changement de secteur"
help-case-transfer-more = Le dossier change de main à l’instant : s’il n’est pas partagé avec l’équipe, vous ne le lisez plus.
help-case-transfer--to = Le collègue qui suivra le dossier, par exemple yann.le-goff
help-case-add = Ajouter au dossier une demande auprès d’un autre organisme
help-case-add-examples =
    declic case add 26-04817-K --stage payment --explanation "La décision est prise, le paiement manque"
    declic case add 26-04817-K --benefit APL --blockage NO_REPLY --explanation "Le loyer n’est plus payé"
help-case-add-more = Les règles orientent d’après les faits du dossier, et ceux que vous donnez ici à leur place.
help-case-add--benefit = Prestation ou démarche de cette demande
help-case-add--blockage = Ce qui bloque
help-case-add--stage = Décision ou versement
help-case-add--explanation = Ce qui est demandé à l’organisme
help-case-correct = Corriger les faits d’un dossier
help-case-correct-examples =
    declic case correct 26-04817-K --commune 35238 --reason "La personne a déménagé"
help-case-correct-more = Rien n’est réorienté : la réponse et la page de chaque demande disent où les règles l’enverraient maintenant.
help-case-correct--benefit = Prestation ou démarche
help-case-correct--blockage = Ce qui bloque
help-case-correct--stage = Décision ou versement
help-case-person = Corriger l’identité de la personne
help-case-person-examples =
    declic case person 26-04817-K --family-name Exemplaire --reason "Nom de naissance"
help-case-person--given-name = Prénoms
help-case-person--family-name = Nom, de naissance si possible
help-case-person--birth-date = Date de naissance
help-case-person--agency-identifier = Numéro chez l’organisme
help-case-person--nir = Numéro de sécurité sociale ; « - » le lit sur l’entrée standard
help-case-mandate = Tenir à jour l’accord de la personne
help-case-mandate-examples =
    declic case mandate renew 26-04817-K --channel signed --given-on 2026-11-20 --expires-on 2027-11-20 --scope "RSA"
    declic case mandate revoke 26-04817-K --reason "La personne l’a dit au guichet"
help-case-mandate-renew = Enregistrer un nouvel accord de la personne
help-case-mandate-renew-examples =
    declic case mandate renew 26-04817-K --channel signed --given-on 2026-11-20 --expires-on 2027-11-20 --scope "RSA"
help-case-mandate-renew--channel = Forme de l’accord
help-case-mandate-renew--given-on = Jour de l’accord
help-case-mandate-renew--expires-on = Dernier jour de l’accord, dans les trois ans
help-case-mandate-renew--scope = Ce qu’il couvre
help-case-mandate-renew--evidence = Où sa preuve est conservée
help-case-mandate-revoke = Enregistrer que la personne a retiré son accord
help-case-mandate-revoke-examples =
    declic case mandate revoke 26-04817-K --reason "La personne l’a dit au guichet"
help-case-mandate-revoke-more = Rien de nouveau n’est dit ensuite aux organismes : ni nouvelle demande, ni réouverture, ni message, ni réponse, ni correction. Ils répondent de ce qu’ils ont déjà ; vous pouvez relancer sans message, clore ou retirer.
help-ticket = Traiter les demandes reçues par un organisme
help-ticket-examples =
    declic ticket list
    declic ticket acknowledge 26-04817-K/1
help-ticket-list = Lister les demandes, celles qui attendent depuis le plus longtemps d’abord
help-ticket-list-examples =
    declic ticket list
    declic ticket list --late
    declic ticket list --state routed --state delivered --json
help-ticket-list--state = Demandes dans cet état ; se répète
help-ticket-list--by-due = Dans l’ordre des échéances, les retards d’abord
help-ticket-list--late = Seulement celles en retard, dans l’ordre des échéances
help-ticket-list--mine = Seulement celles qui vous attendent en personne, dans l’ordre des échéances
help-ticket-list--count = Dire seulement combien il y en a d’ouvertes, jusqu’à 1 000
help-ticket-show = Lire une demande et son fil
help-ticket-show-examples =
    declic ticket show 26-04817-K/1
help-ticket-acknowledge = Prendre une demande en charge
help-ticket-acknowledge-examples =
    declic ticket acknowledge 26-04817-K/1
    declic ticket acknowledge 26-04817-K/1 --agent erwan.jego
help-ticket-acknowledge--agent = L’agent responsable ; sans lui, l’équipe
help-ticket-assign = Attribuer une demande à un agent ou à une équipe
help-ticket-assign-examples =
    declic ticket assign 26-04817-K/1 --agent erwan.jego --reason "absence"
help-ticket-assign--desk = L’équipe, agencies/caf-56/desks/solidarite
help-ticket-ask = Demander ce qui manque à l’aidant
help-ticket-ask-examples =
    declic ticket ask 26-04817-K/1 --item "document:Bail|Prouver la résidence" --due 2026-12-04
help-ticket-ask--item = Ce qui est demandé (document, question ou date), et pourquoi ; se répète
help-ticket-ask--due = Dernier jour pour répondre, sinon 10 jours ouvrés
help-ticket-take-back = Reprendre une demande sans attendre la réponse
help-ticket-take-back-examples =
    declic ticket take-back 26-04817-K/1
help-ticket-redirect = Réorienter une demande
help-ticket-redirect-examples =
    declic ticket redirect 26-04817-K/1 --reason wrong-regime --regime agricultural --message "Salariée agricole"
    declic ticket redirect 26-04817-K/1 --reason outside-territory --commune 35238 --message -
help-ticket-redirect--reason = Motif
help-ticket-redirect--commune = La bonne commune, avec outside-territory
help-ticket-redirect--regime = Le bon régime, avec wrong-regime
help-ticket-redirect--agency = L’organisme proposé ; sans lui, le tri
help-ticket-resolve = Donner la réponse de l’organisme
help-ticket-resolve-examples =
    declic ticket resolve 26-04817-K/1 --outcome right-restored --message "Droit rétabli" --next-step "2026-12-05=Paiement"
help-ticket-resolve--outcome = Ce qui est décidé
help-ticket-resolve--next-step = Ce qui vient ensuite, avec sa date ; se répète
help-ticket-resolve--link = Lien vers la démarche, le doublon ou les voies de recours
help-ticket-route = Orienter à la main une demande placée au tri
help-ticket-route-examples =
    declic ticket route 26-04817-K/1 --agency caf-56 --reason "Vu avec la Caf"
help-ticket-contact = Noter qu’un organisme a été contacté par son canal habituel (équipe d’orientation)
help-ticket-contact-examples =
    declic ticket contact 26-04817-K/1 --channel telephone --result answered --message "Dossier retrouvé"
    declic ticket contact 26-04817-K/1 --agency mdph-56 --channel email --result answer-awaited --message - --next-step "2026-12-04=Réponse de la MDPH"
help-ticket-contact--agency = L’organisme contacté, sinon celui que les règles nomment
help-ticket-contact--channel = Par quel canal
help-ticket-contact--on = Le jour du contact, sinon aujourd’hui
help-ticket-contact--result = Ce que le contact a donné
help-ticket-contact--message = Ce qui a été dit ; « - » le lit sur l’entrée standard
help-ticket-contact--next-step = La suite attendue, avec sa date ou sans (=LIBELLÉ)
help-ticket-transfer = Faire suivre les demandes d’un organisme fusionné ou renommé (administrateur)
help-ticket-transfer-examples =
    declic ticket transfer --agency caf-56 --to caf-35 --reason "Fusion au 1er janvier"
help-ticket-transfer--agency = L’organisme qui n’est plus
help-ticket-transfer--to = L’organisme qui lui succède
help-ticket-escalate = Alerter l’équipe qui tient une demande, ou le travailleur social dont elle attend la réponse (superviseur)
help-ticket-escalate-examples =
    declic ticket escalate 26-04817-K/1 --reason "La personne n’a plus de ressources"
help-ticket-note = Écrire une note lue par l’organisme seul
help-ticket-note-examples =
    declic ticket note 26-04817-K/1 --text "À revoir lundi"
help-routing = Trouver l’organisme compétent
help-routing-examples =
    declic routing explain --commune 56178 --regime general --benefit RSA
    declic routing communes pontivy
help-routing-explain = Dire où irait un dossier, et pourquoi ; avec --hub, le demander au hub
help-routing-explain-examples =
    declic routing explain --commune 56178 --regime general --benefit RSA
    declic routing explain --input cas.jsonl --json
    declic routing explain --input cas.jsonl --json --hub https://hub.exemple.fr:443
help-routing-explain--input = Fichier d’un objet JSON par ligne, ou « - »
help-routing-explain--benefit = Code de la prestation ou démarche, par exemple RSA
help-routing-explain--blockage = Code de ce qui bloque, par exemple NO_REPLY
help-routing-explain--stage = Ce qui est bloqué : la décision ou le paiement
help-routing-explain--relief-domicile = Code Insee du domicile de secours
help-routing-explain--elected-domicile = Code Insee du domicile élu
help-routing-explain--paying-body = Organisme qui paie, ou payait le défunt
help-routing-explain--seized-body = Organisme déjà saisi
help-routing-explain--agricultural-status = Statut agricole
help-routing-explain--local-scheme = Régime local d’Alsace-Moselle
help-routing-explain--has-basic-pension = La personne a une retraite de base
help-routing-explain--special-scheme = Régime spécial, par exemple enim
help-routing-explain--life-event = Événement de vie, par exemple separation
help-routing-explain--on-date = Jour où les règles sont lues, sinon aujourd’hui
help-routing-communes = Trouver une commune par nom, code postal ou code Insee
help-routing-communes-examples =
    declic routing communes pontivy
    declic routing communes 56300 --json
help-routing-communes-query = Nom, code postal ou code Insee
help-routing-rules = Afficher les règles de ce programme ; garder, mettre en vigueur et retirer celles d’un hub
help-routing-rules-examples =
    declic routing rules > regles.toml
    declic routing rules propose regles.toml --reason "Décret du 1er décembre"
    declic routing rules activate 2026.12.1 --departement 56 --etag 0 --reason "Essai dans le Morbihan"
help-routing-rules-propose = Apporter un fichier de règles au hub ; rien n’est encore décidé par lui
help-routing-rules-propose-examples =
    declic routing rules propose regles.toml --reason "Décret du 1er décembre"
help-routing-rules-propose-file = Le fichier de règles
help-routing-rules-propose--dry-run = Lire et contrôler sans rien garder
help-routing-rules-list = Lister les règles que garde le hub, et dire lesquelles décident où
help-routing-rules-list-examples =
    declic routing rules list
    declic routing rules list --changes
help-routing-rules-list--changes = Ce qui a changé : quand, par qui, pourquoi
help-routing-rules-show = Montrer un jeu de règles et ce que son contrôle a trouvé
help-routing-rules-show-examples =
    declic routing rules show 2026.12.1
    declic routing rules show 2026.12.1 --file > regles.toml
help-routing-rules-show-ruleset = Sa version, ou le début de son empreinte
help-routing-rules-show--file = Son fichier, et rien d’autre
help-routing-rules-simulate = Compter ce qu’un jeu de règles déplacerait des dossiers du hub
help-routing-rules-simulate-examples =
    declic routing rules simulate 2026.12.1
    declic routing rules simulate 2026.12.1 --on-date 2027-01-15 --json
help-routing-rules-simulate-ruleset = Sa version, ou le début de son empreinte
help-routing-rules-simulate--cases = Combien de dossiers, les plus récents
help-routing-rules-simulate--on-date = Jour où les règles sont lues, sinon celui de chaque dossier
help-routing-rules-activate = Mettre un jeu de règles en vigueur, dans quelques départements d’abord
help-routing-rules-activate-examples =
    declic routing rules activate 2026.12.1 --departement 56 --etag 0 --reason "Essai dans le Morbihan"
    declic routing rules activate 2026.12.1 --etag 2 --reason "L’essai est concluant"
help-routing-rules-activate-ruleset = Sa version, ou le début de son empreinte
help-routing-rules-activate--departement = Où il décide, plusieurs fois au besoin ; sinon partout
help-routing-rules-activate--override = Pourquoi il doit y décider malgré le contrôle
help-routing-rules-rollback = Remettre en vigueur ce qui l’était avant la dernière mise en vigueur
help-routing-rules-rollback-examples =
    declic routing rules rollback --etag 3 --reason "Les équipes ne sont pas prêtes"
help-routing-replay = Décider à nouveau d’un dossier, selon les règles de ce jour-là
help-routing-replay-examples =
    declic routing replay 26-04817-K
    declic routing replay 26-04817-K/2
help-routing-replay-case = Le dossier, ou l’une de ses demandes
help-routing-check = Vérifier un fichier de règles ; sans lui, celles de ce programme
help-routing-check-examples =
    declic routing check regles.toml
    declic routing check regles.toml --total
    declic routing check regles.toml --on-date 2027-01-01
help-routing-check-file = Le fichier de règles
help-routing-check--total = Passer aussi en revue chaque commune, prestation, régime et stade (une à deux minutes)
help-routing-check--on-date = Jour où les règles sont lues, sinon aujourd’hui
help-routing-rehearse = Simuler l’effet d’un changement de règles : quels dossiers iraient ailleurs
help-routing-rehearse-examples =
    declic routing rehearse regles.toml
    declic routing rehearse regles.toml --input cas.jsonl --json
help-routing-rehearse-file = Le fichier de règles à essayer
help-routing-rehearse--against = Les règles d’avant, sinon celles de ce programme
help-routing-rehearse--input = Dossiers à rejouer, un objet JSON par ligne, au lieu de dossiers inventés
help-routing-rehearse--cases = Nombre de dossiers inventés
help-routing-rehearse--seed = Graine du tirage : une même graine redonne les mêmes dossiers
help-routing-rehearse--on-date = Dernier jour de l’année des dossiers inventés, et jour de ceux qui n’en donnent pas ; sinon aujourd’hui
help-routing-explain--rules = Fichier de règles à interroger, sinon celles de ce programme
help-routing-misroutes = Compter les réorientations par règle : lesquelles se trompent le plus
help-routing-misroutes-examples =
    declic routing misroutes
    declic routing misroutes --since 2026-09-01 --json
help-routing-misroutes--since = Un jour du premier mois compté, sinon celui d’il y a 90 jours
help-ledger = Lire et vérifier le grand livre
help-ledger-examples =
    declic ledger export grand-livre
    declic ledger verify grand-livre
help-ledger-checkpoint = Afficher un point de contrôle signé
help-ledger-checkpoint-examples =
    declic ledger checkpoint
help-ledger-checkpoint--minimum-size = Il doit couvrir au moins N inscriptions
help-ledger-prove = Obtenir la preuve d’une inscription
help-ledger-prove-examples =
    declic ledger prove 26-04817-K/1 --output preuve.tlog-proof
help-ledger-prove-event-or-ticket = L’inscription (32 chiffres hexadécimaux), ou une demande pour sa dernière inscription
help-ledger-prove--output = Fichier où écrire la preuve
help-ledger-export = Copier tout le grand livre dans un dossier, et le vérifier
help-ledger-export-examples =
    declic ledger export grand-livre --log-key cle-du-grand-livre.txt
help-ledger-export-directory = Le dossier, créé s’il n’existe pas
help-ledger-verify = Vérifier le grand livre : celui du hub, ou hors ligne des fichiers
help-ledger-verify-examples =
    declic ledger verify
    declic ledger verify grand-livre
    declic ledger verify --proof preuve.tlog-proof --log-key cle-du-grand-livre.txt
help-ledger-verify-directory = Dossier écrit par declic ledger export
help-ledger-verify--checkpoint = Point de contrôle gardé ; se répète
help-ledger-verify--leaves = Fichier des inscriptions, 242 octets chacune
help-ledger-verify--proof = Preuve d’une seule inscription
help-whoami = Dire qui vous êtes pour le hub
help-whoami-examples =
    declic whoami
help-key = Faire et lire des clés
help-key-examples =
    declic key generate --output cle.pem
help-key-generate = Faire une clé privée et afficher sa clé publique
help-key-generate-examples =
    declic key generate --output cle.pem
help-key-generate--output = Fichier à créer, lisible par vous seul
help-key-show = Afficher la clé publique d’une clé privée, de personne ou de grand livre
help-key-show-examples =
    declic key show cle.pem
help-key-show-file = Fichier de la clé privée
help-hub = Faire tourner un hub : comme declic-hub, réglé par un fichier (hub.toml)
help-hub-examples =
    declic hub --config hub.toml --check
    declic hub --config hub.toml
    declic hub --database postgres://declic@base.exemple/declic
help-hub--config = Fichier de configuration du hub ; deploy/hub.example.toml explique chaque clé
help-hub--database = Base PostgreSQL, à la place de celle du fichier : postgres://nom@machine/base. Le mot de passe est dans le fichier que nomme PGPASSFILE
help-hub--keyring = Base PostgreSQL des clés des dossiers, toujours une autre (sinon sur le même serveur, le nom de la base suivi de _keys)
help-hub--check = Vérifier la configuration et l’annuaire, ne rien démarrer
help-hub--rebuild-figures = Refaire les chiffres à partir du journal, puis terminer ; les hubs d’une base partagée peuvent continuer
help-directory = Lire et tenir l’annuaire : structures, organismes, équipes, membres
help-directory-examples =
    declic directory members --of caf-56
    declic directory show claire.morel
    declic directory end-member claire.morel --reason "Mutation au 1er décembre"
help-directory-organisations = Lister les structures
help-directory-agencies = Lister les organismes et leurs équipes
help-directory-members = Lister les membres que vous pouvez lire
help-directory-members-examples =
    declic directory members --of organisations/ccas-pontivy
    declic directory members --of caf-56 --ended
help-directory-members--of = Ceux d’un organisme, ou d’une structure (organisations/ccas-pontivy)
help-directory-members--ended = Aussi ceux qui sont partis
help-directory-show = Montrer un membre, un organisme ou une structure, avec de quoi les modifier
help-directory-show-examples =
    declic directory show claire.morel
    declic directory show agencies/caf-56
help-directory-show-item = Un membre, agencies/… ou organisations/…
help-directory-changes = Lister ce qui a changé dans l’annuaire, du plus récent au plus ancien
help-directory-put-organisation = Ajouter une structure, ou modifier celle qui a été lue
help-directory-put-organisation-examples =
    declic directory put-organisation ccas-auray --name "CCAS d’Auray" --departement 56 --reason "Convention signée"
help-directory-put-organisation-organisation = Son nom dans l’annuaire
help-directory-put-organisation--departement = Code de son département
help-directory-put-agency = Inscrire un organisme, ou modifier celui qui a été lu
help-directory-put-agency-examples =
    declic directory put-agency caf-35 --enrolment connector --nir-allowed true --desk accueil=Accueil --reason "Convention signée"
help-directory-put-agency-agency = L’un des organismes des tables, par exemple caf-56
help-directory-put-agency--enrolment = Comment il reçoit les demandes
help-directory-put-agency--nir-allowed = Si la loi lui permet de traiter le numéro de sécurité sociale
help-directory-put-agency--desk = Une équipe de plus, plusieurs fois au besoin
help-directory-put-desk = Ajouter une équipe à un organisme, ou la modifier
help-directory-put-desk-examples =
    declic directory put-desk caf-56/solidarite --name "Solidarité" --benefit RSA --benefit PPA --reason "Nouvelle équipe"
help-directory-put-desk-desk = L’équipe : caf-56/accueil
help-directory-put-desk--benefit = Une démarche qu’elle traite, plusieurs fois au besoin ; sinon toutes
help-directory-put-member = Inscrire un membre, ou modifier celui qui a été lu
help-directory-put-member-examples =
    declic directory put-member maud.riou --name "Maud Riou" --role social-worker --organisation ccas-pontivy --public-key CLÉ --reason "Prise de poste"
help-directory-put-member-member = Son nom dans l’annuaire
help-directory-put-member--role = Ce qu’il peut faire
help-directory-put-member--organisation = Sa structure
help-directory-put-member--desk = Une de ses équipes, plusieurs fois au besoin
help-directory-put-member--departement = Un département qu’il supervise, plusieurs fois au besoin
help-directory-put-member--public-key = Sa clé publique (declic key), plusieurs fois au besoin
help-directory-put-member--identity = Qui il est chez un fournisseur d’identité : son émetteur et son sujet, plusieurs fois au besoin
help-directory-set-desks = Dire dans quelles équipes est un agent
help-directory-set-desks-examples =
    declic directory set-desks claire.morel --desk accueil --desk solidarite --reason "Renfort à l’accueil"
help-directory-set-desks--desk = Une de ses équipes, plusieurs fois au besoin
help-directory-end-member = Enregistrer un départ : ses clés ne signent plus
help-directory-end-member-examples =
    declic directory end-member claire.morel --reason "Mutation"
help--member = Le membre, par exemple claire.morel
help---name = Libellé montré aux autres
help-directory-rehearse-departure = Dire d’avance ce qu’un départ déplacerait, et vers où
help-directory-rehearse-departure-examples =
    declic directory rehearse-departure claire.morel
help-supervision = Suivre les délais et leurs causes
help-supervision-examples =
    declic supervision board --territory 56
help-supervision-board = Montrer combien de temps les personnes attendent, où passe le temps et ce qui bloque
help-supervision-board-examples =
    declic supervision board --territory 56
    declic supervision board --agency caf-56 --since 2026-09-01 --until 2026-10-31
    declic supervision board --benefit RSA --csv
help-supervision-board--territory = Code du département, sinon tous les vôtres
help-supervision-board--agency = L’organisme, sinon tous
help-supervision-board--benefit = Code de la prestation ou de la démarche, sinon toutes
help-supervision-board--blockage = Code de ce qui bloque, par exemple NO_REPLY, sinon tout
help-supervision-board--since = Un jour du premier mois compté, sinon celui d’il y a 90 jours
help-supervision-board--until = Un jour du dernier mois compté, sinon aujourd’hui
help-supervision-board--csv = Un chiffre par ligne, pour un tableur
