### La ligne de commande : ce qu'elle dit et ce qu'elle demande.

## Pages
page-case = Dossier { $reference } ({ $state })
page-person = Personne
page-born = { $name }, naissance le { $day }
page-identifier = Identifiant
page-benefit = Démarche
page-blockage = Blocage
page-commune = Commune
page-opened = Ouvert
page-opened-by = le { $moment } par { $by } ({ $organisation })
page-follower = Suivi par
page-mandate = Accord
page-mandate-revoked = retiré le { $day }
page-proposal = Relève de
page-urgent = Urgence
page-urgent-yes = oui
page-explanation = Explication
page-ticket = Demande { $ticket } : { $agency }
page-holder = Chez qui
page-held-since = { $name }, depuis le { $moment } ({ $ago })
page-state = État
page-outcome = Réponse
page-effect = Obtenu
page-next = Suite
page-step = { $day } : { $label }
page-due = À fournir
page-due-by = d’ici au { $day }
page-item = { $number }. { $kind } : { $label } ({ $why }), { $answered }
page-item-unread = { $number }. { $kind }, { $answered }
page-item-answered = reçu
page-item-awaited = attendu
page-triage = Au tri
page-intended = Destinataire
page-predecessor = Vient de
page-successor = Continue en
page-why = Pourquoi
page-question = Question
page-answers = Réponses
page-facts = Faits
page-confidence = Confiance
page-runner-up = Le plus près
page-would-change = Si plutôt
page-ruleset = Règles
page-thread = Fil
page-by-the-clock = par l’horloge
page-thread-of = Demande { $ticket }
page-opened-after = Demande ouverte auprès { $agency } (suite de la demande { $number })
page-opened-after-unknown = Demande ouverte (suite de la demande { $number })
page-opened-beside = Demande ouverte
page-now = En ce moment
page-ball = { $ticket }, { $agency } : chez { $holder }
page-reminded = Relancé
page-escalated = Alertes
page-shared-with = Partagée avec
page-reading = Lecture
page-read-only = par partage : un autre organisme traite cette demande
page-former-agencies = Auparavant
cli-transferred = { $count ->
        [one] { $count } demande a suivi.
       *[other] { $count } demandes ont suivi.
    }
page-erased = (contenu effacé)
page-contact = { $agency }, { $channel }, le { $day } : { $result }
page-contact-next = Ensuite : { $label }
page-contact-next-by = Ensuite : { $label }, pour le { $day }
page-contact-next-day = Suite attendue pour le { $day }

## Tableaux
table-case = DOSSIER
table-ticket = DEMANDE
table-person = PERSONNE
table-benefit = DÉMARCHE
table-blockage = CE QUI BLOQUE
table-urgent = URGENCE
table-agency = ORGANISME
table-state = ÉTAT
table-holder = CHEZ QUI
table-since = DEPUIS
table-code = CODE
table-commune = COMMUNE
table-departement = DÉPARTEMENT
table-postal-codes = CODES POSTAUX

## Temps
when-moment = { $day } { $month ->
        [1] janvier
        [2] février
        [3] mars
        [4] avril
        [5] mai
        [6] juin
        [7] juillet
        [8] août
        [9] septembre
        [10] octobre
        [11] novembre
       *[12] décembre
    } { $year } à { $hour } h { $minute }
when-day = { $day } { $month ->
        [1] janvier
        [2] février
        [3] mars
        [4] avril
        [5] mai
        [6] juin
        [7] juillet
        [8] août
        [9] septembre
        [10] octobre
        [11] novembre
       *[12] décembre
    } { $year }
when-less-than-a-minute = moins d’une minute
when-less-than-a-minute-short = < 1 minute
when-minutes = { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
when-hours = { $count ->
        [one] { $count } heure
       *[other] { $count } heures
    }
when-days = { $count ->
        [one] { $count } jour
       *[other] { $count } jours
    }

## Ce qui est fait
cli-duplicate = Un dossier est déjà ouvert pour cette personne et cette prestation : complétez-le, ou ouvrez-en un autre avec --anyway.
cli-duplicate-case = déjà ouvert : { $reference }, le { $moment }, par { $opener }
cli-duplicate-of-colleague = un collègue de votre organisme suit déjà cette personne pour cette prestation, dans un dossier que vous ne pouvez pas lire : voyez avec votre équipe
cli-opened = Dossier { $reference } ouvert.
cli-opened-ticket = Demande { $number } : { $agency }
cli-dry-run = Le dossier est complet. Rien n’a été ouvert.
cli-would-go = Il irait à : { $agencies }
cli-case-urgent = Le dossier est urgent.
cli-case-no-longer-urgent = Le dossier n’est plus urgent.
cli-case-transferred = Dossier confié à { $member }.
cli-mandate-renewed = L’accord de la personne est enregistré, valable jusqu’au { $day }.
cli-mandate-revoked = L’accord de la personne est retiré : plus rien de nouveau n’est dit aux organismes sans un nouvel accord. Vous pouvez relancer sans message, clore ou retirer une demande.
cli-added = { $ticket }, { $agency } : { $state } (inscription { $event })
cli-facts-corrected = Faits corrigés.
cli-proposal = { $ticket } : d’après les faits corrigés, elle relève maintenant de l’organisme suivant : { $where }. Celui qui la tient peut la réorienter.
cli-person-corrected = Identité corrigée.
cli-done = { $ticket } : { $state } (inscription { $event })
cli-successor = suite : { $ticket }, { $agency } : { $state } (inscription { $event })
cli-next = Suite : { $next }
cli-more = La liste s’arrête à { $limit } lignes : demandez-en plus avec --limit.
cli-count = { $count }
cli-count-more = Plus de { $count }
cli-no-case = Aucun dossier.
cli-no-ticket = Aucune demande : rien ne vous attend.
cli-no-commune = Aucune commune trouvée : vérifiez l’orthographe, ou donnez le code postal.
cli-key-written = Clé privée écrite dans { $path }, lisible par vous seul. Faites inscrire la clé publique ci-dessous à l’annuaire du hub.
cli-proof-written = Preuve écrite dans { $path }, sur un grand livre de { $size } inscriptions.
cli-proof-verified = preuve vérifiée : l’inscription { $event }, du { $moment }, est à la place { $index } d’un grand livre de { $size } inscriptions
cli-checkpoint-unverified = Signature non vérifiée : donnez la clé publique du grand livre (--log-key ou DECLIC_LOG_KEY).
cli-key-of-folder = Vérifié avec la clé du dossier lui-même. Comparez-la à la clé publiée par l’exploitant : { $key }

## Ce qui ne va pas
cli-error = Erreur :
cli-reason = Motif { $reason }, expliqué dans docs/errors/{ $reason }.md
cli-retry-with = Pour recommencer la même action, sans risque de la faire deux fois, ajoutez : { $options }
cli-retry-after = recommencez dans { $seconds ->
        [one] { $seconds } seconde
       *[other] { $seconds } secondes
    }
cli-unreachable = Le hub ne répond pas : vérifiez son adresse (--hub ou DECLIC_HUB) et le réseau, puis recommencez.
cli-answer-not-of-a-hub = La réponse n’est pas celle d’un hub Déclic : vérifiez l’adresse (--hub ou DECLIC_HUB).
cli-connection-missing = Cette commande s’adresse à un hub, et il manque de quoi s’y connecter :
cli-missing-hub = l’adresse du hub : --hub https://hub.exemple.fr:443 ou DECLIC_HUB
cli-missing-subject = votre nom dans l’annuaire : --as camille.martin ou DECLIC_SUBJECT
cli-missing-key = le fichier de votre clé privée : --key cle.pem ou DECLIC_KEY (pour en faire une : declic key generate)
cli-missing-log-key = Il manque la clé publique du grand livre : donnez --log-key ou DECLIC_LOG_KEY, le texte de la clé ou son fichier.
cli-log-key = « { $given } » n’est ni une clé publique de grand livre ni un fichier qui en contient une : demandez-la à l’exploitant du hub.
cli-key-unreadable = { $path } ne contient pas de clé privée Ed25519 (PKCS#8 PEM) : vérifiez le fichier, ou faites-en une avec declic key generate.
cli-key-exposed = { $path } peut être lu par tous les usagers de ce poste : lancez chmod 600 { $path }, et changez de clé si d’autres ont pu la lire.
cli-key-exists = { $path } existe déjà : choisissez un autre nom, une clé ne s’écrase jamais.
cli-configuration = { $place } n’est pas une configuration lisible : corrigez la ligne indiquée.
cli-unknown-language = La langue « { $lang } » n’existe pas ici : écrivez fr ou en.
cli-unknown-zone = Le fuseau horaire « { $zone } » est inconnu : écrivez-le comme Europe/Paris ou Indian/Reunion.
cli-file = { $place } : { $problem }
cli-file-absent = ce fichier n’existe pas, vérifiez son nom
cli-file-forbidden = accès refusé, vérifiez les droits de ce fichier
cli-file-is-folder = c’est un dossier, donnez le nom d’un fichier
cli-file-exists = ce fichier existe déjà, choisissez un autre nom
cli-file-disk-full = le disque est plein, faites de la place
cli-file-other = l’accès a échoué (en anglais : { $problem })
cli-too-large = { $place } dépasse 64 Kio : vérifiez que c’est le bon fichier.
cli-which-ticket = Le dossier { $case } a plusieurs demandes : précisez laquelle.
cli-no-such-ticket = Le dossier { $case } n’a pas cette demande : choisissez parmi celles-ci.
cli-no-event = Rien n’est encore arrivé sur cette demande : il n’y a rien à prouver.
cli-no-checkpoint = { $place } ne contient aucun point de contrôle (checkpoint….txt) : exportez-le avec declic ledger export.
cli-leaves-cut = { $place } est coupé au milieu d’une inscription : téléchargez-le de nouveau.
cli-ledger-broken = Le grand livre ne se vérifie pas : gardez ces fichiers et prévenez l’auditeur.
cli-proof-broken = La preuve ne tient pas : demandez-la de nouveau, et prévenez l’auditeur si elle ne tient toujours pas.

## Fichiers JSON
cli-json-mistake = ligne { $line }, colonne { $column } : { $problem }
cli-json-mistake-at = ligne { $line }, colonne { $column }, { $path } : { $problem }
cli-json-column = colonne { $column }
cli-json-utf8 = ce n’est pas du texte UTF-8 : enregistrez le fichier en UTF-8
cli-json-malformed = JSON mal formé ({ $problem }) : vérifiez virgules, guillemets et accolades
cli-json-unknown-field = champ inconnu « { $field } » ; champs possibles : { $known }
cli-json-unknown-word = valeur inconnue « { $word } » ; valeurs possibles : { $known }
cli-json-missing-field = il manque le champ « { $field } »
cli-json-duplicate-field = le champ « { $field } » est écrit deux fois : gardez-en un
cli-json-wrong-type = mauvais type ({ $found }) ; attendu : { $expected }
cli-json-a-text = un texte entre guillemets
cli-json-an-object = un objet entre accolades
cli-json-a-whole-number = un nombre entier
cli-json-text-or-whole-number = un texte entre guillemets ou un nombre entier
cli-json-problem = mauvaise valeur ; attendu : { $expected }
cli-json-found-text = un texte
cli-json-found-number = un nombre
cli-json-found-boolean = true ou false
cli-json-found-null = null
cli-json-found-list = une liste
cli-json-found-object = un objet
cli-json-trailing = quelque chose suit la fin de la valeur : enlevez-le
cli-json-trailing-comma = virgule de trop avant une fermeture : enlevez-la
cli-json-unfinished = le texte s’arrête avant la fin de la valeur : vérifiez guillemets et accolades
cli-json-expected-value = il faut ici une valeur : un texte entre guillemets, un nombre, true, false, null, une liste ou un objet
cli-json-expected-comma = il manque une virgule ou une fermeture
cli-json-expected-colon = il manque deux-points entre le champ et sa valeur
cli-json-key = le nom d’un champ s’écrit entre guillemets
cli-json-number = nombre mal écrit, ou trop grand
cli-json-escape = caractère mal écrit dans un texte (barre oblique inverse, retour à la ligne ou tabulation) : écrivez-le \n ou \t
cli-json-too-deep = trop de valeurs les unes dans les autres : retirez les crochets ou les accolades en trop

## Orientation
cli-explain-line = ligne { $line } : { $problem }
cli-explain-ignored = Champs ignorés, car aucune règle ne les connaît : { $fields }.
cli-explain-unread = { $count ->
        [one] { $count } ligne n’a pas pu être lue : corrigez-la et relancez-la seule.
       *[other] { $count } lignes n’ont pas pu être lues : corrigez-les et relancez-les seules.
    }
cli-fact-missing = { $field } : il manque ce fait.
cli-fact-unknown-commune = { $field } : commune inconnue « { $given } », donnez le code Insee à 5 caractères (declic routing communes le trouve).
cli-fact-maybe-commune = { $field } : « { $given } » n’est pas un code Insee ; peut-être { $suggestions }.
cli-fact-unknown = { $field } : valeur inconnue « { $given } » ; peut-être « { $nearest } ».
cli-fact-not-known = { $field } : valeur inconnue « { $given } », et aucune valeur connue ne lui ressemble.
cli-fact-impossible-date = { $field } : « { $given } » n’est pas un jour du calendrier, écrivez par exemple 2026-11-22.
cli-fact-too-long = { $field } : ce texte dépasse { $most } caractères, écrivez seulement le code ou le mot.

## Ligne de commande mal écrite
cli-usage-unknown = L’option ou l’argument « { $word } » n’existe pas pour cette commande.
cli-usage-no-command = La commande « { $word } » n’existe pas.
cli-usage-missing = Il manque : { $word }.
cli-usage-no-value = Il manque la valeur de { $word }.
cli-usage-value = « { $value } » ne va pas pour { $word } ; valeurs possibles : { $known }.
cli-usage-conflict = { $word } et { $other } ne vont pas ensemble : gardez l’un des deux.
cli-usage-perhaps = peut-être { $word }
cli-usage-help = ajoutez --help pour des exemples

## Fichier de règles
cli-rules-line = ligne { $line } :
cli-rules-of = Règles { $version }
cli-rules-right = Rien ne s’oppose à ces règles.
cli-rules-forbidden = { $count ->
        [one] { $count } point marqué ✗ s’oppose à ces règles : corrigez-le, puis relancez la vérification.
       *[other] { $count } points marqués ✗ s’opposent à ces règles : corrigez-les, puis relancez la vérification.
    }
cli-rules-unread = { $count ->
        [one] { $place } ne peut pas servir : corrigez cette erreur. Les règles en vigueur restent applicables.
       *[other] { $place } ne peut pas servir : corrigez ces { $count } erreurs. Les règles en vigueur restent applicables.
    }
cli-rules-total = { $decisions } décisions : { $routed } orientées, { $questions } questions, { $triage } au tri, { $holes } sans issue.
cli-rules-total-time = Toutes les combinaisons ont été parcourues en { $seconds } s.
cli-rules-office = c’est un document de traitement de texte ou un tableur, pas un fichier de texte : ouvrez-le, copiez son texte dans un éditeur de texte (Bloc-notes, par exemple) et enregistrez-le en UTF-8
cli-rules-utf16 = ce fichier n’est pas en UTF-8 (le Bloc-notes appelle « Unicode » ou « UTF-16 » ce qu’il contient) : ouvrez-le, choisissez « Enregistrer sous », puis l’encodage UTF-8
cli-rules-not-utf8 = ce fichier n’est pas en UTF-8 (il est sans doute en « ANSI ») : ouvrez-le, choisissez « Enregistrer sous », puis l’encodage UTF-8
cli-rules-too-long = ce fichier dépasse 1 Mio, plus qu’aucun fichier de règles : vérifiez que c’est le bon
cli-rules-empty-file = le fichier est vide : partez des règles en vigueur, que « declic routing rules » affiche
cli-rules-missing = il manque la ligne { $key } : écrivez { $key } = { $form }
cli-rules-form = { $key } s’écrit sous la forme { $key } = { $form }
cli-rules-header = écrivez { $header }, seul sur sa ligne
cli-rules-brace = ce texte est affiché tel quel : retirez l’accolade, et écrivez le nom en toutes lettres
cli-rules-half-brace = un nom entre accolades s’écrit {"{"}body{"}"} : il manque l’autre accolade
cli-rules-empty-slot = {"{"}{ $slot }{"}"} reprend la ligne { $line } de cette règle, qui n’existe pas : ajoutez cette ligne, ou retirez les accolades
cli-rules-unknown = { $what } : « { $given } » n’existe pas ; corrigez ce mot, ou retirez-le
cli-rules-unknown-near = { $what } : « { $given } » n’existe pas ; vouliez-vous écrire { $nearest } ?
cli-rules-unknown-of = { $what } : « { $given } » n’existe pas. Possibles : { $known }
cli-rules-unknown-near-of = { $what } : « { $given } » n’existe pas ; vouliez-vous écrire { $nearest } ? Possibles : { $known }
cli-rules-syntax-open-quote = il manque le guillemet qui ferme ce texte : ajoutez " à la fin
cli-rules-syntax-no-quotes = un texte s’écrit entre guillemets droits : "{ $given }"
cli-rules-syntax-curly-quotes = ces guillemets ne sont pas ceux d’une règle : écrivez un guillemet droit " de chaque côté
cli-rules-syntax-no-value = il n’y a rien après le signe égal : écrivez une valeur, ou retirez la ligne
cli-rules-syntax-no-equals = il manque un signe égal : une ligne s’écrit mot = valeur, et un commentaire commence par #
cli-rules-syntax-two-equals = écrivez un seul signe égal
cli-rules-syntax-open-header = il manque un crochet : écrivez [benefit.RSA], ou [[rule]] avec deux crochets
cli-rules-syntax-open-list = cette liste n’est pas fermée : ajoutez ] à la fin
cli-rules-syntax-open-braces = ces accolades ne sont pas fermées : ajoutez {"}"} à la fin
cli-rules-syntax-no-comma = il manque une virgule entre deux valeurs
cli-rules-syntax-two-commas = il y a une virgule de trop : retirez-la
cli-rules-syntax-rest = une ligne ne porte qu’une valeur, et quelque chose la suit ; dans un texte, écrivez les guillemets « »
cli-rules-syntax-twice = « { $given } » est déjà écrit plus haut : gardez l’un des deux
cli-rules-syntax-day-syntax = un jour s’écrit année-mois-jour, sans guillemets, et doit exister : 2026-12-31
cli-rules-syntax-backslash = dans un texte, la barre \ s’écrit deux fois : \\
cli-rules-syntax-name = « { $given } » n’a pas sa place ici : une ligne s’écrit mot = valeur, et un commentaire commence par #
cli-rules-syntax-number = un nombre s’écrit avec des chiffres seulement : 40
cli-rules-syntax-true-false = écrivez true ou false, en minuscules
cli-rules-syntax-character = il y a ici un caractère invisible : retirez-le
cli-rules-syntax-syntax = cette ligne n’est pas comprise : comparez-la à ses voisines
cli-rules-what-key = mot avant le signe égal
cli-rules-what-power = compétence (power)
cli-rules-what-body = organisme
cli-rules-what-benefit = prestation
cli-rules-what-blockage = blocage
cli-rules-what-list = liste
cli-rules-what-lead = destinataire (leads_to)
cli-rules-what-domicile = domicile
cli-rules-what-confidence = degré de confiance (confidence)
cli-rules-what-stage = stade
cli-rules-what-fact = fait
cli-rules-what-condition = condition
cli-rules-what-zone = zone
cli-rules-what-body-of-place = organisme du territoire
cli-rules-what-departement = département
cli-rules-what-commune = commune
cli-rules-what-grouping = groupement de communes
cli-rules-what-regime = régime
cli-rules-what-special-scheme = régime spécial
cli-rules-what-agricultural-status = statut agricole
cli-rules-what-yes-or-no = oui ou non
cli-rules-what-slot = nom entre accolades
cli-rules-many-bytes = octets
cli-rules-many-powers = compétences
cli-rules-many-rules = règles
cli-rules-many-values = valeurs
cli-rules-fact-is = { $name } : { $value }
cli-rules-fact-commune = commune
cli-rules-fact-regime = régime
cli-rules-fact-benefit = prestation
cli-rules-fact-blockage = blocage
cli-rules-fact-stage = stade
cli-rules-fact-relief-domicile = domicile de secours
cli-rules-fact-elected-domicile = domicile élu
cli-rules-fact-paying-body = organisme payeur
cli-rules-fact-seized-body = organisme déjà saisi
cli-rules-fact-agricultural-status = statut agricole
cli-rules-fact-local-scheme = régime local d’Alsace-Moselle
cli-rules-fact-has-basic-pension = retraite de base
cli-rules-fact-special-scheme = régime spécial
cli-rules-fact-life-event = événement de vie
cli-rules-fact-urgent = urgence
cli-rules-fact-on-date = date
cli-rules-value-general = général
cli-rules-value-agricultural = agricole
cli-rules-value-other = autre
cli-rules-value-unknown = non connu
cli-rules-value-none = aucun
cli-rules-value-independent = indépendants
cli-rules-value-undescribed = qu’aucune règle ne décrit
cli-rules-value-self-employed = exploitant
cli-rules-value-employee = salarié
cli-rules-value-yes = oui
cli-rules-value-no = non
cli-rules-value-not-given = non précisé
cli-rules-value-decision = décision
cli-rules-value-payment = paiement
cli-check-hole = { $commune } ({ $code }), { $benefit } ({ $benefit-code }), régime { $regime }, { $stage } : { $problem }
cli-check-gap-no-agency = orienté sans réponse unique
cli-check-gap-no-question = question qui n’est pas posée
cli-check-gap-no-rule = aucune règle ne s’applique
cli-rules-format = le format { $format } n’est pas lu ici : écrivez format = 1
cli-rules-no-version = donnez un nom court à la version, par exemple version = "2026.11.2" : de 1 à 40 lettres, chiffres, points, traits d’union
cli-rules-empty-list = une condition sans valeur n’est jamais satisfaite : donnez une valeur, ou retirez la ligne
cli-rules-no-reason = donnez une raison (reason) : la phrase que les personnes liront, avec son texte de loi
cli-rules-no-body = nommez un organisme, ou écrivez triage = true
cli-rules-rank = un rang est un nombre entier de 0 à 9999 ; le plus petit passe en premier
cli-rules-one-thing = une règle dit une seule chose : body, ask, triage = true ou as
cli-rules-and-without-as = « and » ajoute un organisme à ceux de « as » : écrivez tous les organismes dans body = ["caf", "msa"]
cli-rules-idle-candidates = candidates va avec ask ou triage : ici l’organisme est connu
cli-rules-triage-is-true = écrivez triage = true, ou ce que la règle dit à la place
cli-rules-day = un jour s’écrit sans guillemets et sans heure : 2026-12-31
cli-rules-same-name = « { $name } » est déjà le nom d’une règle, ligne { $line } : donnez un autre nom à celle-ci
cli-rules-dates = finit le { $until }, avant de commencer le { $from } : échangez les dates, ou corrigez-en une
cli-rules-too-many = { $count } { $what } : { $most } au plus sont lus
cli-rules-too-many-asked = « { $power } » interroge, de proche en proche, plus de { $most } compétences : nommez des organismes dans ses règles
cli-rules-no-power = une règle appartient à une compétence (power) : nommez-en une, ou plusieurs
cli-rules-repeated = « { $word } » est nommé deux fois : retirez-en un
cli-rules-asks-itself = « { $power } » s’interroge sans fin : nommez ici un organisme, ou une autre compétence
cli-rules-loop = { $chain } : chacun interroge le suivant sans fin ; donnez à l’un d’eux un organisme, une question ou le tri
cli-rules-equal-rank = « { $rule } » a le rang { $rank } comme « { $other } » (ligne { $line }), et les deux s’appliquent quand { $example } : donnez-leur des rangs différents, ou des conditions qui s’excluent
cli-check-unreachable = la règle « { $rule } » ne s’applique jamais pour { $power } : ses conditions ne sont jamais réunies.
cli-check-shadowed = la règle « { $rule } » ne s’applique jamais pour { $power } : { $by } s’applique toujours avant elle.
cli-check-uncovered = aucune règle ne répond pour { $power }, par exemple : { $example }.
cli-check-too-many-situations = les règles interrogées par « { $power } » distinguent { $count } situations, { $most } au plus peuvent être parcourues : répartissez-les entre plusieurs compétences, ou retirez des conditions.
cli-check-no-body = { $power } : la règle « { $rule } » nomme un organisme qui n’existe pas ici : { $example }.
cli-check-idle-question = { $power } : la règle « { $rule } » demande { $fact } alors que toutes les réponses mènent au même organisme : { $example }.
cli-check-unused-power = rien n’interroge la compétence { $power }.
cli-check-no-benefit = la prestation { $benefit } n’a pas de ligne : tous ses dossiers iraient au tri.
cli-check-no-blockage = le blocage { $blockage } n’a pas de ligne.
cli-check-no-desk = { $agency } n’a aucune équipe active : ses dossiers iraient au tri.
cli-check-ended = { $power } : la règle « { $rule } » a pris fin le { $until } : elle ne sert plus qu’aux dates passées.
cli-check-no-desks = { $count ->
    [one] { $count } organisme n’a ici aucune équipe active, ses dossiers iraient au tri : { $agencies }
   *[other] { $count } organismes n’ont ici aucune équipe active, leurs dossiers iraient au tri : { $agencies }
    }
cli-check-and-others = { $count ->
    [one] { $agencies } et { $count } autre
   *[other] { $agencies } et { $count } autres
    }
cli-check-more = { $count ->
    [one] et { $count } autre remarque : declic routing check les donne toutes
   *[other] et { $count } autres remarques : declic routing check les donne toutes
    }
cli-check-ends-soon = { $power } : la règle « { $rule } » prend fin le { $until } ; ensuite s’applique { $then }.
cli-ruleset-proposed = Les règles { $version } sont gardées ; rien n’est décidé par elles avant leur mise en vigueur.
cli-ruleset-known = Les règles { $version } sont déjà gardées.
cli-ruleset-checked = Les règles { $version } se lisent bien ; rien n’a été gardé.
cli-ruleset-remarks = Il y a des remarques qui n’interdisent rien : declic routing rules show les donne.
cli-ruleset-of-the-program = le programme
cli-ruleset-unreadable = illisible par ce hub
cli-ruleset-none = Aucun jeu de règles ne s’appelle « { $given } » : listez-les (declic routing rules list).
cli-ruleset-several = Plusieurs jeux de règles s’appellent « { $given } » : donnez plus de l’empreinte (declic routing rules list).
cli-simulation = Selon les règles { $version }, sur { $cases } dossiers, orientés ailleurs : { $moved } ; expliqués autrement : { $reworded }.
cli-simulation-others = D’autres seraient déplacés aussi, par groupes trop petits pour être montrés.
cli-rules-in-force = En vigueur partout : { $ruleset }
cli-rules-state = État des règles : { $etag }
cli-rules-as-read = Dites quel état des règles vous avez lu : --etag { $etag } pour l’état actuel, que declic routing rules list montre. Si un collègue le change entre-temps, rien ne sera fait.
cli-rules-everywhere = partout
table-ruleset = RÈGLES
table-decides = DÉCIDENT
table-proposed-by = PROPOSÉES PAR
table-number = N°
table-done = FAIT
table-by = PAR
table-reason = POURQUOI
cli-rehearsal = De { $before } à { $after }. Sur { $cases } dossiers, orientés ailleurs : { $moved } ; expliqués autrement : { $reworded }.
cli-rehearsal-more = … et { $count } autres déplacements ; --json les donne tous.
cli-rehearsal-before = avant : { $place }. { $reason }
cli-rehearsal-after = après : { $place }. { $reason }
cli-place-question = tri, en demandant { $fact }
cli-place-triage = tri
table-decisions = DÉCISIONS
table-from = DE
table-to = VERS
table-cases = DOSSIERS
table-before = AVANT
table-after = APRÈS
cli-misroutes-since = Réorientations depuis le { $day }
cli-misroutes-none = Aucune règle n’a été suivie d’au moins 5 réorientations.
cli-misroutes-others = { $count } autres réorientations suivent des règles qui en comptent moins de 5 chacune.
cli-misroutes-no-rule = { $count } réorientations ne suivent pas une seule règle : choix fait à la main, demande au tri, ou plusieurs organismes.
cli-misroutes-until = Compté jusqu’au { $moment }, début d’un mois : demandez à part ce mois et les suivants (--since).
cli-corrected-commune = Commune
cli-corrected-regime = Régime
cli-corrected-stage = Décision ou paiement
table-rule = RÈGLE
table-redirects = RÉORIENTATIONS
table-corrected-fact = FAIT CORRIGÉ
table-id = NOM
table-name = LIBELLÉ
table-enrolment = REÇOIT PAR
table-desks = ÉQUIPES
table-desk = ÉQUIPE
table-role = RÔLE
table-of = DE
table-ended = DÉPART
table-key = CLÉ
table-identity = IDENTITÉ
table-items = CE QUI CHANGE
cli-directory-ended = n’y est plus
cli-directory-file = le fichier du hub
cli-directory-all-benefits = toutes les démarches
cli-directory-etag = Pour modifier ce qui vient d’être lu : --etag { $etag }
table-tickets = DEMANDES
cli-departure-nothing = Ce départ ne déplacerait aucune demande.

cli-board-period = Délais et causes, dossiers ouverts du { $since } au { $until }
cli-board-departement = Département : { $value }
cli-board-agency = Organisme : { $value }
cli-board-benefit = Démarche : { $value }
cli-board-blockage = Ce qui bloque : { $value }
cli-board-tickets = { $count } demandes, telles qu’elles étaient le { $moment }
cli-board-as-of = Vu le { $moment }
cli-board-too-few = Moins de 5 demandes, ou un compte qui en révélerait moins de 5 : rien n’est montré.
cli-board-small = Nombres à 5 près. Moins de 5 demandes, ou ce qui le révélerait : non montré (docs/figures.md).
cli-board-durations = Délais, demandes en cours comprises
cli-board-open = En cours : { $count } demandes
cli-board-open-too-few = En cours : moins de 5 demandes, ou un compte qui en révélerait moins de 5
cli-board-late-by = La moitié des demandes en retard dépassent leur délai d’au plus { $half } (heures ouvrées).
cli-board-redirected = Réorientées par leur organisme : { $rate } des demandes
cli-board-other-causes = Autres causes, ensemble : { $count } demandes
cli-board-no-blockage = Non précisé
cli-board-not-reached = pas encore atteint
cli-board-few = trop peu
cli-board-hours = { $hours } h { $minutes }
cli-board-days = { $days },{ $tenth } j
cli-board-tenths = { $whole },{ $tenth }
cli-board-percent = { $share } %
cli-board-exchanges = Échanges et retours
cli-board-requests = Demandes d’information : { $requests } pour 100 demandes ; { $asked } des demandes en ont reçu au moins une
cli-board-reopened = Rouvertes après la réponse de l’organisme : { $rate } des réponses
cli-board-unconfirmed = Closes sans confirmation, le délai passé : { $rate } des demandes closes
cli-board-rises = En forte hausse du { $since } au { $until }
cli-board-no-rises = Aucun blocage n’a triplé par rapport aux 8 semaines précédentes.
cli-reception-undelivered = remise non confirmée, personne n’a encore agi
cli-reception-unread = remise confirmée, personne n’a encore agi
cli-reception-read = quelqu’un a agi
table-reception = CHEZ L’ORGANISME
table-usual = PAR SEMAINE AVANT
table-share-of-shown = PART DU TEMPS MONTRÉ
cli-figure-time-to-acknowledge = Prise en charge (heures ouvrées)
cli-figure-time-to-resolve = Réponse de l’organisme (heures ouvrées)
cli-figure-person-wait = Attente de la personne (jours)
cli-figure-time-spent = Où passe le temps
cli-figure-causes = Ce qui bloque
cli-figure-effects = Ce que les personnes ont obtenu
cli-age-under-7-days = moins de 7 jours
cli-age-7-to-29-days = 7 à 29 jours
cli-age-30-to-89-days = 30 à 89 jours
cli-age-90-days-or-more = 90 jours ou plus
cli-holder-desk = équipe de l’organisme
cli-holder-agent = agent
cli-holder-opener = travailleur social
cli-holder-organisation = structure d’un travailleur social parti
cli-lateness-late = en retard
cli-lateness-soon = bientôt en retard (trois quarts du délai passés)
cli-lateness-in-time = dans les temps
table-measure = MESURE
table-half = LA MOITIÉ EN
table-nine-in-ten = 9 SUR 10 EN
table-within-target = DANS LE DÉLAI
table-observed = COMPTÉES
table-lateness = RETARD
table-age = ÂGE
table-part = OÙ
table-share = PART
table-days = DURÉE TOTALE
table-first-reason = PREMIER MOTIF
table-cumulated = CUMUL
table-effect = OBTENU
## Délais d’un dossier (declic case clock)
clock-title = Délais du dossier { $reference }, le { $moment }
clock-person-waits = La personne attend depuis le { $from } : { $lasting }, nuits et jours fermés compris.
clock-person-waited = La personne a attendu du { $from } au { $until } : { $lasting }, nuits et jours fermés compris.
clock-reopened = { $count ->
        [one] Après la réouverture :
       *[other] Après la { $count }e réouverture :
    }
clock-acknowledge = Prise en charge
clock-resolve = Réponse
clock-due = { $target }, avant le { $moment } : { $status }
clock-target-days = { $count ->
        [one] en 1 jour ouvré
       *[other] en { $count } jours ouvrés
    }
clock-target-hours = { $count ->
        [one] en 1 heure d’ouverture
       *[other] en { $count } heures d’ouverture
    }
clock-running-time = il reste { $left } d’ouverture
clock-running-late = en retard de { $late } d’ouverture
clock-paused-time = suspendu, il restera { $left } d’ouverture
clock-paused-late = suspendu, après { $late } d’ouverture de retard
clock-stopped-time = à temps, arrêté le { $moment }
clock-ended-time = interrompu le { $moment }, dans le délai
clock-ended-late = interrompu le { $moment }, après { $late } d’ouverture de retard
clock-stopped-late = { $late } d’ouverture de retard, arrêté le { $moment }
clock-rules = Délais fixés à l’envoi : version { $policy }, calendrier { $calendar }, fuseau { $zone }
clock-until-now = maintenant
clock-not-counted = non
clock-why-before-acknowledgement = Envoyée, pas encore prise en charge
clock-why-at-agency = L’organisme traite la demande
clock-why-awaiting-reply = L’organisme attend une réponse : son délai est suspendu
clock-why-wrong-agency = L’organisme n’était pas le bon, il a transmis la demande
clock-why-triage = Au tri, qui cherche l’organisme
clock-why-to-be-confirmed = Réponse donnée, à confirmer
clock-why-join = { " ; " }
clock-holiday = férié le { $day } ({ $holiday })
clock-shut = fermé le { $day }
clock-whole = Total
clock-whole-partial = Total des demandes que vous suivez
clock-percent = { $percent } %
clock-months = { $count } mois
clock-clear-days = { $count } jours francs
clock-no-source = texte à trouver
clock-legal = À vérifier : pour une demande reçue le { $from }, { $delay } de silence valent { $effect } après le { $until } ({ $source } ; lecture { $version }).
clock-legal-suspended = À vérifier : pour une demande reçue le { $from }, { $delay } de silence valent { $effect } après le { $until }, dont { $suspended } j suspendus par une demande de pièces ({ $source } ; lecture { $version }).
table-starts = DU
table-ends = AU
table-counted = COMPTÉ
table-time-part = OÙ EST PASSÉ LE TEMPS
table-lasted = DURÉE
table-due = AVANT LE
page-due-at = À faire
page-due-at-moment = avant le { $moment }
page-due-late = avant le { $moment } : en retard
when-lasting-days = { $days } j { $hours } h
when-lasting-whole-days = { $days } j
when-lasting-whole-hours = { $hours } h
when-lasting-hours = { $hours } h { $minutes }
when-lasting-minutes = { $minutes } min
