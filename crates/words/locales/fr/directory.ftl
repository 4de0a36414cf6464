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
help-directory-set-absence = Enregistrer une absence : les demandes suivies passent aussitôt à qui remplace
help-directory-set-absence-examples =
    declic directory set-absence claire.morel --from 2026-12-21 --until 2027-01-02 --deputy gael.tanguy --reason "Congés"
help-directory-set-absence-member = Son nom dans l’annuaire
help-directory-set-absence--from = Premier jour d’absence
help-directory-set-absence--until = Dernier jour d’absence
help-directory-set-absence--deputy = Qui remplace, dans le même organisme ; sinon l’équipe
help-directory-end-absence = Enregistrer un retour : l’absence en cours prend fin, sinon la prochaine est retirée
help-directory-end-absence-examples =
    declic directory end-absence claire.morel --reason "Retour anticipé"
help-directory-end-absence-member = Son nom dans l’annuaire
hub-absence-order = une absence finit après son début
hub-absence-overlap = deux absences se chevauchent
hub-absence-many = il y a trop d’absences, retirez celles qui sont passées
hub-absence-oneself = on ne se remplace pas soi-même, nommez un collègue
hub-absence-deputy = ce n’est pas un agent actif du même organisme, nommez un collègue
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
