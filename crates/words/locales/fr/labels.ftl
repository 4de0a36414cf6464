### Libellés des états, issues, motifs, rôles et refus. Une clé par valeur du contrat declic.v1.

## État d'un dossier
case-state-open = Ouvert
case-state-ended = Terminé

## État d'une demande à l'organisme
ticket-state-routed = Envoyée
ticket-state-delivered = Reçue par l’organisme
ticket-state-acknowledged = Prise en charge
ticket-state-awaiting-reply = Information demandée
ticket-state-resolved = Résolue, à clore
ticket-state-closed = Close
ticket-state-redirected = Réorientée
ticket-state-withdrawn = Retirée
ticket-state-lapsed = Éteinte, sans activité

## Ce qui vient ensuite, selon l'état
next-routed = L’organisme doit accuser réception et prendre la demande en charge.
next-delivered = L’organisme doit prendre la demande en charge.
next-acknowledged = L’organisme traite la demande et donnera sa réponse.
next-awaiting-reply = L’aidant doit répondre à l’organisme.
next-resolved = L’aidant vérifie avec la personne, puis clôt ou rouvre la demande.
next-closed = Plus rien n’est attendu.
next-redirected = La suite se passe chez l’organisme suivant.
next-withdrawn = Plus rien n’est attendu.
next-lapsed = Plus rien n’est attendu.

## Ce que l'organisme a décidé
outcome-right-restored = Droit rétabli
outcome-error-corrected = Erreur corrigée
outcome-decision-explained = Explication donnée, pas de droit
outcome-refusal-confirmed = Refus confirmé, voies de recours données
outcome-sent-to-standard-procedure = Renvoi vers la démarche ordinaire
outcome-duplicate = Déjà traité ailleurs
outcome-person-unknown = Personne inconnue de l’organisme

## La personne a-t-elle obtenu ce qui était attendu ?
effect-yes = Oui
effect-partly = En partie
effect-no = Non
effect-unknown = Ne sait pas

## Régime
regime-general = Régime général
regime-agricultural = Régime agricole
regime-other = Autre régime
regime-unknown = Régime non connu

## Étape bloquée
stage-decision = Décision
stage-payment = Paiement

## Statut agricole
agricultural-status-self-employed = Exploitant ou autre non-salarié agricole
agricultural-status-employee = Salarié agricole

## Ce qui est demandé
information-kind-document = Pièce
information-kind-question = Question
information-kind-date = Date

## Ce que donne une décision rejouée
replay-outcome-same = La même décision, à la lettre près
replay-outcome-different = Une autre décision
replay-outcome-by-hand = Décidé par une personne, non par une règle
replay-outcome-rules-unknown = Les règles de cette version ne sont pas conservées ici : proposez leur fichier, puis redemandez
replay-outcome-rules-unreadable = Ce hub ne peut pas lire les règles de cette version : installez un programme plus récent
replay-outcome-facts-unread = Les faits conservés ne se lisent plus : un code a disparu des tables

## Ce qui a été fait des règles
ruleset-change-kind-proposed = Proposé
ruleset-change-kind-activated = Mis en vigueur
ruleset-change-kind-rolled-back = Retour en arrière

## Motif de réorientation
redirect-reason-outside-territory = Autre territoire
redirect-reason-wrong-regime = Autre régime
redirect-reason-payer-not-decider = L’organisme paie mais ne décide pas
redirect-reason-outside-competence = Hors de la compétence de l’organisme
redirect-reason-legal-bar = Une règle de droit interdit à l’organisme d’agir
redirect-reason-other = Autre motif

## Résultat de l'orientation
routing-outcome-routed = Organisme trouvé
routing-outcome-question = Une précision manque
routing-outcome-triage = À orienter par une personne

## D'où un fait est connu
fact-origin-given = donné
fact-origin-derived = déduit
fact-origin-default = par défaut

routing-confidence-high = élevée (texte de loi, ou deux sources concordantes)
routing-confidence-medium = moyenne (une seule bonne source, ou une hypothèse que les raisons indiquent)
routing-confidence-low = faible (aucune règle, ou des sources qui ne tranchent pas)

## Pourquoi une demande est au tri
triage-reason-agency-not-enrolled = L’organisme compétent n’est pas encore raccordé à Déclic
triage-reason-no-rule = Aucune règle ne couvre cette situation
triage-reason-open-question = Il manque un fait pour choisir l’organisme
triage-reason-third-redirect = Troisième réorientation
triage-reason-agency-already-tried = L’organisme proposé a déjà été saisi
triage-reason-asked = L’organisme a demandé une orientation
triage-reason-no-desk-takes-it = L’organisme n’a pas d’équipe qui prenne cette demande

## Rôles
role-social-worker = Aidant
role-organisation-manager = Responsable de structure
role-agent = Agent
role-desk-manager = Responsable d’équipe
role-triage-agent = Agent d’orientation
role-supervisor = Superviseur
role-auditor = Auditeur
role-administrator = Administrateur
role-connector = Connecteur

## Comment un organisme a été contacté
contact-channel-telephone = par téléphone
contact-channel-email = par courriel
contact-channel-portal = par son espace partenaires
contact-channel-mail = par courrier
contact-channel-counter = à son accueil
contact-channel-meeting = en réunion de partenaires

## Ce que le contact a donné
contact-result-answered = réponse donnée
contact-result-answer-awaited = réponse attendue
contact-result-not-reached = personne n’a pu être joint

## Comment l'accord a été donné
mandate-channel-signed = Accord signé
mandate-channel-oral = Accord oral
mandate-channel-sms = Accord par SMS

## Ce qui bloque : six rubriques
blockage-group-no-reply = Pas de réponse depuis plus de 2 mois
blockage-group-suspended = Droit suspendu ou interrompu sans explication
blockage-group-between-bodies = Les organismes se renvoient le dossier
blockage-group-document = Pièce demandée impossible à fournir
blockage-group-data = Erreur de données (identité, adresse, situation)
blockage-group-amount = Trop-perçu, montant ou refus contesté

## Ce qui bloque : le catalogue
blockage-no-reply = Absence de réponse, délai dépassé
blockage-missing-doc = Pièces manquantes, redemandées ou contestées
blockage-file-lost = Dossier perdu ou non enregistré
blockage-wrong-body = Mauvais organisme saisi, renvoi de guichet en guichet
blockage-regime-transfer = Transfert entre caisses ou entre régimes
blockage-identity = Immatriculation, NIR ou état civil bloqué
blockage-data-mismatch = Données inexactes ou discordantes
blockage-upstream-decision = En attente de la décision d’un autre organisme
blockage-payment-incident = Droit ouvert mais non payé
blockage-renewal-gap = Rupture de droits au renouvellement ou à une bascule
blockage-situation-change = Changement de situation non pris en compte
blockage-calc-dispute = Montant ou carrière contestés
blockage-overpayment = Indu (trop-perçu) et retenues
blockage-control-suspension = Suspension après contrôle ou sanction
blockage-refusal = Refus à expliquer ou à contester
blockage-residence-right = Droit au séjour non établi
blockage-residence = Résidence, adresse ou domiciliation contestée
blockage-digital-access = Obstacle numérique ou impossibilité de joindre
blockage-representation = Mandat, tutelle ou tiers non reconnu
blockage-non-takeup = Droit non demandé ou non proposé (non-recours)

## Refus et pannes : une phrase, qui dit quoi faire
error-reason-field-invalid = Un ou plusieurs champs sont à corriger : la liste suit, corrigez-les puis recommencez.
error-reason-token-invalid = Le hub n’a pas reconnu cette clé : vérifiez l’identifiant, la clé et l’heure de ce poste, ou faites inscrire la clé à l’annuaire.
error-reason-not-found = Introuvable, ou pas pour vous : vérifiez la référence, ou demandez à l’aidant qui suit le dossier.
error-reason-role-forbidden = Votre rôle ne permet pas cette action : demandez à une personne dont c’est la tâche.
error-reason-transition-not-allowed = L’état de la demande ne permet pas cette action : relisez-la, puis choisissez une action possible.
error-reason-information-limit = Deux demandes d’information ont déjà été faites : reprenez la demande, résolvez-la ou réorientez-la.
error-reason-ticket-not-awaiting = La demande n’attend pas de réponse : envoyez le même texte comme message, à la demande en cours.
error-reason-redirect-to-self = La réorientation reviendrait au même organisme : choisissez-en un autre, ou demandez une orientation.
error-reason-agency-already-asked = L’organisme désigné par les règles a déjà une demande en cours dans ce dossier : écrivez-lui là, ou corrigez les faits.
error-reason-too-many-tickets = Un dossier a 8 demandes en cours au plus : retirez-en une, ou ouvrez un autre dossier.
error-reason-mandate-revoked = La personne a retiré son accord : rien de nouveau n’est dit aux organismes sans un nouvel accord. Vous pouvez relancer sans message, clore ou retirer une demande.
error-reason-mandate-invalid = L’accord de la personne n’est pas valable à cette date : recueillez un nouvel accord avant de dire quoi que ce soit de nouveau aux organismes.
error-reason-not-at-triage = Cela ne se fait que sur une demande à orienter : demandez à l’organisme qui la tient de la traiter ou de la réorienter.
error-reason-reopen-too-late = La demande est close depuis plus de 60 jours : ouvrez un nouveau dossier.
error-reason-item-not-awaited = Cet élément n’a pas été demandé : relisez la demande d’information.
error-reason-item-answered = Cet élément a déjà reçu sa réponse : envoyez le complément comme message.
error-reason-reminder-too-soon = L’organisme a déjà été relancé : une relance par jour ouvré au plus.
error-reason-etag-outdated = Quelqu’un a fait une modification depuis votre lecture : relisez, puis recommencez si c’est encore utile.
error-reason-epoch-outdated = La demande a changé de mains depuis votre lecture : relisez-la, elle n’est peut-être plus chez vous.
error-reason-request-id-reused = Cet identifiant d’envoi a déjà servi à autre chose : recommencez sans le préciser.
error-reason-outcome-unknown = On ne sait pas si l’action a été enregistrée : recommencez avec le même identifiant d’envoi, rien ne sera fait deux fois.
error-reason-case-busy = D’autres personnes modifient ce dossier en ce moment : recommencez dans un instant, avec le même identifiant d’envoi.
error-reason-rate-limited = Trop d’appels à la suite : attendez le délai indiqué, puis recommencez.
error-reason-slow-reader = Le flux a été lu trop lentement : reprenez-le à partir de la dernière marque reçue.
error-reason-resume-token-invalid = Cette marque de reprise n’est pas de ce hub : reprenez le flux depuis le début.
error-reason-resume-token-out-of-range = Cette marque de reprise est trop ancienne ou trop récente : reprenez le flux depuis la plus ancienne conservée.
error-reason-page-token-invalid = Cette page ne correspond pas à cette liste : reprenez la liste depuis le début.
error-reason-overloaded = Le service est très sollicité : recommencez dans un instant.
error-reason-storage-unavailable = La base de données du service ne répond pas : recommencez dans quelques minutes, prévenez l’exploitant si cela dure.
error-reason-disk-full = Le service ne peut plus rien enregistrer, son disque est plein : prévenez l’exploitant, la lecture reste possible.
error-reason-ledger-closed = Le service n’enregistre plus rien, son grand livre présente une incohérence : prévenez l’exploitant, la lecture reste possible.
error-reason-rules-forbidden = Le contrôle a trouvé des fautes dans ce jeu de règles : corrigez-le, ou nommez des départements et dites pourquoi il doit malgré tout y décider.
error-reason-rules-in-force = Ce jeu de règles décide déjà là : rien ne changerait.
error-reason-nothing-to-roll-back = Les règles du programme sont en vigueur : il n’y a rien à annuler.
error-reason-rules-busy = D’autres personnes modifient les règles en ce moment : recommencez dans un instant, avec le même identifiant d’envoi.
error-reason-rules-unreadable = Le hub ne peut pas lire ce jeu de règles : installez la version du programme qui l’a proposé.
error-reason-shutting-down = Le service s’arrête : reconnectez-vous dans un instant.
error-reason-deadline-exceeded = La réponse n’est pas venue à temps : recommencez avec le même identifiant d’envoi, rien ne sera fait deux fois.
error-reason-beyond-published = Le grand livre n’est pas encore publié jusque-là : recommencez dans une seconde.
error-reason-internal = Le service a rencontré une erreur de son côté : prévenez l’exploitant en citant le numéro donné.
enrolment-connector = son propre client
enrolment-console = la console
enrolment-none = n’est pas inscrit
error-reason-directory-unsound = Rien n’a changé : l’annuaire ne tiendrait plus après cela. Inscrivez d’abord qui prend la suite.
error-reason-directory-busy = D’autres personnes modifient l’annuaire en ce moment : recommencez dans un instant, avec le même identifiant d’envoi.
error-reason-sign-in-ended = Votre session est terminée : connectez-vous à nouveau.
error-reason-sign-in-refused = La connexion n’a pas abouti : recommencez, et prévenez votre administrateur si cela se répète.
error-reason-sign-in-unavailable = Ce service ne propose pas cette façon de se connecter.
error-reason-provider-unavailable = Le service d’authentification ne répond pas : réessayez dans quelques minutes.

## Où passe le temps
clock-part-before-acknowledgement = Avant la prise en charge
clock-part-at-agency = Chez l’organisme
clock-part-awaiting-reply = En attente d’une réponse
clock-part-wrong-agency = Chez un organisme qui n’était pas le bon
clock-part-triage = À orienter
clock-part-to-be-confirmed = À confirmer

## Si un délai court
clock-state-running = en cours
clock-state-paused = suspendu
clock-state-stopped = arrêté
clock-state-ended = interrompu

## Ce que vaut le silence
silence-effect-rejection = refus
silence-effect-acceptance = acceptation
