## L’annuaire : horaires et fermetures, délais
closure-part-day = la journée
closure-part-morning = le matin
closure-part-afternoon = l’après-midi
weekday-1 = lun.
weekday-2 = mar.
weekday-3 = mer.
weekday-4 = jeu.
weekday-5 = ven.
weekday-6 = sam.
weekday-7 = dim.
table-open = OUVERT
table-closed = FERMÉ
table-to-acknowledge = PRISE EN CHARGE
table-to-resolve = RÉPONSE
table-urgent-acknowledge = PRISE EN CHARGE URGENTE
table-urgent-resolve = RÉPONSE URGENTE
table-etag = ETAG
cli-policy-any = tous
cli-policy-withdrawn = Le délai particulier est retiré : celui du niveau supérieur s’applique aux prochaines demandes.
cli-open-form = --open : écrivez les jours puis les heures, par exemple "lun-ven 9:00-12:00 13:30-17:00".
cli-closed-form = --closed : écrivez un jour (2026-12-24), du premier au dernier (2026-12-24:2026-12-31), ou une moitié (2026-12-24:matin).
value-hours = HORAIRES
value-days = JOURS
value-target = DÉLAI
help-directory-set-calendar = Dire quand un organisme est ouvert, et quels jours il est fermé
help-directory-set-calendar-examples =
    declic directory set-calendar caf-56 --open "lun-jeu 9:00-12:00 13:30-17:00" --open "ven 9:00-12:00" --reason "Nouveaux horaires"
    declic directory set-calendar caf-56 --closed 2026-12-24:2026-12-31 --reason "Fermeture de fin d’année"
help-directory-set-calendar-agency = L’organisme, par exemple caf-56
help-directory-set-calendar--open = Jours et heures d’ouverture, plusieurs fois au besoin ; sinon ceux d’avant
help-directory-set-calendar--closed = Jours de fermeture en plus, plusieurs fois au besoin
help-directory-set-calendar--no-closures = Oublier d’abord les fermetures connues
help-directory-policies = Lister les délais donnés aux organismes
help-directory-set-policy = Fixer le délai de tous, d’une démarche, d’un organisme, ou d’une démarche d’un organisme
help-directory-set-policy-examples =
    declic directory set-policy --agency caf-56 --benefit RSA --policy-version caf-56-rsa-2027 --acknowledge 1j --resolve 5j --urgent-acknowledge 2h --urgent-resolve 1j --reason "Convention 2027"
    declic directory set-policy --agency caf-56 --benefit RSA --withdraw --etag 123 --reason "Fin de l’expérimentation"
help-directory-set-policy--agency = L’organisme ; sinon tous
help-directory-set-policy--benefit = La démarche ; sinon toutes
help-directory-set-policy--policy-version = Nom de cette version, montré à côté des échéances
help-directory-set-policy--acknowledge = Pour prendre en charge : heures ou jours ouvrés, 4h ou 2j
help-directory-set-policy--resolve = Pour répondre
help-directory-set-policy--urgent-acknowledge = Pour prendre en charge une urgence
help-directory-set-policy--urgent-resolve = Pour répondre à une urgence
help-directory-set-policy--withdraw = Retirer ce délai : celui du niveau supérieur s’applique
hub-target-order = le délai de prise en charge dépasse celui de la réponse, il ne servirait à rien
hub-target-zero = un délai nul mettrait chaque demande en retard dès son envoi, donnez au moins 1h ou 1j
hub-target-form = écrivez un délai en heures ou jours ouvrés, 4h ou 10j
hub-policy-version = d’autres délais portent déjà cette version, choisissez un nouveau nom
hub-policy-agency = l’annuaire n’a pas cet organisme, inscrivez-le d’abord
hub-never-open = au moins un jour de la semaine doit être ouvert
hub-shut-too-long = aucune heure ne serait ouverte pendant plus d’un an
hub-backwards = une ouverture finit après son début
hub-overlap = deux ouvertures du même jour se chevauchent
hub-time-form = ce n’est pas une heure, écrivez-la comme 09:00
hub-closure-order = la fermeture finit avant de commencer
field-calendar-hours = horaires
field-calendar-closures = fermetures
field-policy-agency = organisme
field-policy-benefit = démarche
field-policy-version = version
field-policy-ordinary-acknowledge = prise en charge
field-policy-ordinary-resolve = réponse
field-policy-urgent-acknowledge = prise en charge urgente
field-policy-urgent-resolve = réponse urgente
table-version = VERSION

## L’annuaire : absences
table-away = ABSENCE
cli-away = du { $from } au { $until }, l’équipe remplace
cli-away-deputy = du { $from } au { $until }, { $deputy } remplace
cli-absence-none = Aucune absence en cours ni à venir n’est enregistrée.
cli-absence-day = Ce jour n’est pas possible : donnez-le comme 2026-12-01.
help-directory-set-absence = Enregistrer une absence : ce qui est suivi passe aussitôt à qui remplace
help-directory-set-absence-examples =
    declic directory set-absence claire.morel --from 2026-12-21 --until 2027-01-02 --deputy gael.tanguy --reason "Congés"
help-directory-set-absence-member = Son nom dans l’annuaire
help-directory-set-absence--from = Premier jour d’absence
help-directory-set-absence--until = Dernier jour d’absence
help-directory-set-absence--deputy = Qui remplace, du même organisme ou de la même structure ; sinon l’équipe, et pour un aidant personne
help-directory-end-absence = Enregistrer un retour : l’absence en cours prend fin, sinon la prochaine est retirée
help-directory-end-absence-examples =
    declic directory end-absence claire.morel --reason "Retour anticipé"
help-directory-end-absence-member = Son nom dans l’annuaire
hub-absence-order = une absence finit après son début
hub-absence-overlap = deux absences se chevauchent
hub-absence-many = il y a trop d’absences, retirez celles qui sont passées
hub-absence-oneself = on ne se remplace pas soi-même, nommez un collègue
hub-absence-deputy = ce n’est pas un collègue actif du même organisme ou de la même structure, nommez-en un
hub-agent-away = cette personne est absente, nommez quelqu’un qui est là ou l’équipe
field-absences = absences
field-absences-deputy = remplaçant

## L’annuaire : ce qu’il faut à un organisme
table-needs = EXIGE
cli-identifier-agency = le numéro de la personne chez cet organisme
cli-identifier-nir = le numéro de sécurité sociale
help-directory-set-identifiers = Dire ce qu’il faut à un organisme pour retrouver une personne ; sans option, rien de plus
help-directory-set-identifiers-examples =
    declic directory set-identifiers caf-56 --agency-identifier --reason "Demande de la Caf"
help-directory-set-identifiers-agency = L’organisme, par exemple caf-56
help-directory-set-identifiers--agency-identifier = Le numéro de la personne chez lui (allocataire, adhérent)
help-directory-set-identifiers--nir = Le numéro de sécurité sociale
hub-finds-nobody = { $given } ne retrouve personne sans cela, demandez-le à la personne
hub-not-entitled = la loi ne permet pas à cet organisme de traiter le numéro de sécurité sociale
field-required-identifiers = identifiants exigés

## L’annuaire : import d’un fichier
import-kind-members = membres
import-kind-desks = équipes
import-kind-organisations = structures
import-outcome-created = ajout
import-outcome-changed = changement
import-outcome-unchanged = rien à faire
import-outcome-refused = refus
table-line = LIGNE
table-outcome = EFFET
table-about = QUI OU QUOI
table-detail = DÉTAIL
cli-import-read = { $kind }, { $encoding }, séparateur { $separator } : { $lines ->
    [one] { $lines } ligne
   *[other] { $lines } lignes
    }
cli-import-tab = tabulation
cli-import-counts = { $created } à ajouter, { $changed } à changer, { $unchanged } déjà à jour, { $refused } en refus
cli-import-column = { $column } : { $problem }
cli-import-done = Le fichier est importé.
cli-import-not-yet = Essai seulement : rien n’est enregistré. Sans --dry-run, le fichier serait importé.
cli-import-refused = Rien n’est importé : corrigez les lignes en refus, puis recommencez avec tout le fichier.
cli-import-large = { $place } : ce fichier a { $bytes } octets, pour { $most } au plus : partagez-le en plusieurs. Un classeur Excel ou LibreOffice s’enregistre d’abord en CSV.
help-directory-import = Importer un fichier CSV de membres, d’équipes ou de structures : tout le fichier, ou rien
help-directory-import-examples =
    declic directory import aidants.csv --dry-run --reason "Liste de la rentrée"
    declic directory import aidants.csv --reason "Liste de la rentrée"
help-directory-import-more = Les noms des colonnes disent ce que contient le fichier ; docs/guides/directory.md les donne, avec un exemple. Une seule ligne en refus, et rien n’est importé : le rapport donne la raison de chaque ligne. Un fichier n’enlève et ne déplace personne ; importé deux fois, il ne change plus rien.
help-directory-import-file = Le fichier CSV, avec les noms des colonnes en première ligne
help-directory-import--dry-run = Dire ce que ferait le fichier, sans rien enregistrer
hub-file-empty = ce fichier est vide, choisissez-en un autre
hub-file-large = ce fichier a { $number } octets, pour { $most } au plus, partagez-le en plusieurs
hub-file-long = ce fichier a plus de { $number } lignes, partagez-le en plusieurs
hub-file-wide = ce fichier a { $number } colonnes, gardez celles que donne le guide
hub-file-workbook = ce fichier est un classeur ou un document, pas une liste en texte, enregistrez-le en CSV, puis donnez ce CSV
hub-file-binary = ce fichier n’est pas un texte, enregistrez la liste en CSV, puis donnez ce CSV
hub-file-encoding = ce fichier s’annonce en { $given } et ne l’est pas, enregistrez-le en CSV UTF-8
hub-column-unknown-near = colonne inconnue « { $given } »
hub-column-unknown = colonne inconnue « { $given } », retirez-la ou nommez-la comme dans le guide
hub-column-twice = la colonne « { $given } » répète une autre colonne, gardez-en une
hub-column-stray = la colonne « { $given } » ne va pas avec les autres : membres, équipes et structures ont chacun leur fichier
hub-column-none = aucune colonne ne dit de qui parle chaque ligne : identifiant pour des membres, organisme et équipe pour des équipes, structure pour des structures
hub-line-cells = plus de cases que de colonnes, mettez entre guillemets ce qui contient le séparateur
hub-line-quote = une case court sur plusieurs lignes, un guillemet est en trop ou n’est pas fermé
hub-line-twice = déjà donné à la ligne { $number }, gardez l’une des deux
hub-line-elsewhere = d’une autre structure ou d’un autre organisme, ou pas à vous d’inscrire : un fichier ne déplace personne, un administrateur le fait (put-member)
hub-line-left = partie : un fichier ne fait revenir personne, inscrivez cette personne à part (put-member)
hub-line-who = à remplir, dites de qui il s’agit
hub-line-name = à remplir, le nom que verront les autres
hub-line-role = à remplir, dites ce que fait cette personne
hub-line-agency = à remplir, dites à quel organisme est l’équipe
hub-line-desk = à remplir, dites quelle équipe
hub-line-departement = à remplir, le code du département
hub-role-unknown = rôle inconnu « { $given } »
hub-no-such-desk = cet organisme n’a pas d’équipe « { $given } », ajoutez-la d’abord
hub-no-such-organisation = l’annuaire n’a pas de structure « { $given } », ajoutez-la d’abord
hub-not-your-role = votre rôle ne permet pas cela, demandez à une personne dont c’est la tâche
hub-not-of-the-tables = aucun organisme des tables ne porte ce nom
hub-desk-twice = deux équipes portent le même nom
hub-no-benefit = cette démarche n’est pas au catalogue, donnez son code, par exemple RSA
hub-no-departement = « { $given } » n’est pas un département, donnez son code : 56, 2A ou 971
hub-desk-without-agency = une équipe, et pas d’organisme : dites lequel
hub-name-length = un nom de { $number } caractères : il en faut de 1 à { $most }, sur une ligne
hub-member-form = un membre s’écrit en minuscules sans accent, chiffres, points et tirets, par exemple claire.morel
hub-organisation-form = une structure s’écrit en minuscules sans accent, chiffres, points et tirets, par exemple ccas-pontivy
hub-agency-form = un organisme s’écrit comme caf-56
hub-written = s’écrit { $given }
hub-name-of-the-hub = le hub agit sous ce nom, choisissez-en un autre
hub-key-form = ce n’est pas une clé publique (43 caractères), donnez celle que montre declic key show
hub-key-shared = quelqu’un signe déjà avec cette clé, tirez-en une autre (declic key generate)
hub-too-many-entries = { $number } éléments, pour { $most } au plus
hub-etag-form = ce n’est pas un etag de ce hub, relisez ce que vous changez
hub-page-size = de 1 à 200
hub-weekday = un jour de la semaine, de 1 (lundi) à 7 (dimanche)
hub-closure-many = trop de jours de fermeture, { $number } au plus
hub-opening-many = trop d’ouvertures dans un jour, { $number } au plus
hub-closure-long = la fermeture dure plus de 366 jours : un organisme fermé pour de bon ne reçoit plus de demandes
hub-withdraw-alone = un retrait ne prend ni version ni délai
hub-policy-version-length = nommez la version, en { $number } caractères au plus
hub-unsound-triage = personne ne serait plus au tri national (triage-national) : ajoutez d’abord un agent d’orientation
hub-unsound-administrator = plus personne ne tiendrait l’annuaire : nommez d’abord un autre administrateur
hub-unsound-no-desk = un organisme inscrit a au moins une équipe, sinon son raccordement est NONE
hub-needs-organisation = il lui faut une structure que l’annuaire connaît
hub-needs-agency = il lui faut un organisme que l’annuaire connaît
hub-needs-own-desks = ses équipes sont celles de son organisme, comme l’annuaire les nomme
hub-needs-triage = un agent d’orientation est d’un tri : triage-56, triage-national
hub-needs-desk = il lui faut au moins une équipe
hub-needs-territory = il lui faut un territoire : les codes de ses départements
field-file = fichier
field-organisation = structure
field-member = membre
field-member-keys = clés
field-desk-name = équipe
field-desks = équipes

## La ligne de commande : ce qui est tapé n’a pas la forme attendue
cli-usage-day = « { $value } » ne va pas pour { $word } : écrivez un jour comme 2026-12-01.
cli-usage-number = « { $value } » ne va pas pour { $word } : écrivez un nombre entier.
cli-usage-range = « { $value } » ne va pas pour { $word } : un nombre de { $from } à { $until }.
cli-usage-from = « { $value } » ne va pas pour { $word } : un nombre à partir de { $from }.
cli-usage-uuid = « { $value } » ne va pas pour { $word } : reprenez l’identifiant de la première tentative, ou laissez cette option.
cli-usage-like = « { $value } » ne va pas pour { $word } : écrivez-le comme { $example }.
cli-usage-other = « { $value } » ne va pas pour { $word }.
example-answer = 1=Le 3 mars
example-item = "document:Attestation de loyer|Pour recalculer le droit", le type étant document, question ou date
example-next-step = 2026-12-05=Versement
example-desk = accueil=Accueil

## L’annuaire : ce qu’une équipe ne prend pas
organisation-kind-ccas = CCAS ou CIAS
organisation-kind-france-services = France Services
organisation-kind-departement = service social du département
organisation-kind-association = association
organisation-kind-hospital = établissement de santé
organisation-kind-other = autre
table-kind = TYPE
table-desk-state = ÉTAT
table-treats = TRAITE
table-treats-not = NE TRAITE PAS
table-hears = REÇOIT DE
value-kind = TYPE
cli-desk-closed = fermée
cli-no-such-desk = L’annuaire n’a pas d’équipe { $desk } : écrivez-la comme caf-56/accueil.
help-directory-put-organisation--kind = Ce qu’elle est
help-directory-set-desk-rules = Dire ce qu’une équipe ne traite pas, et de qui elle reçoit ; ce qui n’est pas redit ne vaut plus
help-directory-set-desk-rules-examples =
    declic directory set-desk-rules caf-56/accueil --not-benefit AAH --not-blockage OVERPAYMENT --reason "Partage des tâches"
    declic directory set-desk-rules caf-56/solidarite --kind ccas --organisation emmaus-56 --reason "Convention 2027"
help-directory-set-desk-rules-desk = L’équipe : caf-56/accueil
help-directory-set-desk-rules--not-benefit = Une démarche qu’elle ne traite pas, plusieurs fois au besoin
help-directory-set-desk-rules--blockage = Un blocage qu’elle traite, plusieurs fois au besoin ; sinon tous
help-directory-set-desk-rules--not-blockage = Un blocage qu’elle ne traite pas, plusieurs fois au besoin
help-directory-set-desk-rules--kind = Un type de structure qui peut lui écrire, plusieurs fois au besoin ; sinon toutes
help-directory-set-desk-rules--organisation = Une structure qui peut lui écrire, quel que soit son type
help-directory-close-desk = Fermer une équipe : ses demandes passent aussitôt à d’autres
help-directory-close-desk-examples =
    declic directory close-desk caf-56/accueil --reason "Regroupement des équipes"
help-directory-close-desk-desk = L’équipe : caf-56/accueil
help-directory-open-desk = Rouvrir une équipe
help-directory-open-desk-examples =
    declic directory open-desk caf-56/accueil --reason "Retour de l’équipe"
help-directory-open-desk-desk = L’équipe : caf-56/accueil
hub-desk-closed = cette équipe est fermée, nommez-en une qui est ouverte
hub-desk-empty = personne n’y est, nommez une équipe où quelqu’un est actif
hub-desk-elsewhere = ce n’est pas une équipe de cet organisme
hub-agent-elsewhere = nommez un agent actif de l’équipe, ou donnez aussi l’équipe de cet agent
hub-desk-triage = une équipe de tri prend ce que personne ne prend, elle n’est jamais fermée et ne refuse rien
hub-agency-declines = aucune équipe de cet organisme ne prend cette demande, joignez-le par son canal habituel ou nommez-en un autre
hub-agency-not-enrolled = cet organisme n’est pas raccordé, joignez-le par son canal habituel et notez-le (ticket contact)
hub-kind-unknown = type inconnu « { $given } »
field-rules-not-benefits = démarches non traitées
field-rules-blockages = blocages traités
field-rules-not-blockages = blocages non traités
field-rules-kinds = types de structures
field-rules-organisations = structures
hub-handed-from-closed = L’équipe qui avait cette demande est fermée : elle passe à celle-ci.
page-missing = Il manque
hub-given-to-stand-in = La personne qui suivait ce dossier est absente : il est confié à la personne qui la remplace.
cli-away-alone = du { $from } au { $until }, sans remplaçant
hub-due-day = un jour entre demain et dans 60 jours
