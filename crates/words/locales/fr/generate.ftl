### Une année inventée : des dossiers sur un an, dans un hub dont l’horloge est avancée.

## Aide
help-generate = Fabriquer une année de dossiers inventés, pour voir Déclic avec un passé
help-generate-more =
    Structures, organismes, agents, absences, départs, dossiers, réponses, réorientations et retards sont tirés au sort et
    passent par les vraies règles, dans un hub dont l’horloge avance d’un an en quelques minutes. Une même graine raconte
    la même année. Le dossier obtenu se sert avec declic hub ; aucune personne n’existe.
help-generate-examples =
    declic generate --dir annee-56
    declic generate --dir annee-bretagne --territory 22,29,35,56 --cases 10000 --seed 7
help-generate--dir = Le dossier où tout est écrit, créé s’il n’existe pas
help-generate--territory = Départements, par leurs codes séparés de virgules, ou FR pour tout le pays
help-generate--cases = Le nombre de dossiers ouverts dans l’année, de 1 à 200000
help-generate--until = Le dernier jour de l’année, par exemple 2026-06-30 ; sinon hier
help-generate--seed = La graine des tirages
help-generate--fresh = Effacer d’abord ce qui y a été écrit par une génération ou une démonstration précédente, et rien d’autre

## En route
generate-progress = { $day } : { $cases } dossiers ouverts

## Bilan
generate-summary = Une année : { $cases } dossiers, { $tickets } demandes, en { $seconds } s
generate-number = { $count }
generate-acknowledged = prises en charge
generate-information-requested = pièces demandées
generate-replied = réponses des aidants
generate-taken-back = reprises sans réponse par l’organisme
generate-redirected = réorientées
generate-routed-by-hand = orientées à la main
generate-withdrawn = retirées
generate-resolved = réponses des organismes
generate-closed = closes par l’aidant
generate-reopened = rouvertes
generate-reminded-by-the-clock = rappels par l’horloge
generate-escalated-by-the-clock = alertes de retard par l’horloge
generate-closed-by-the-clock = closes sans confirmation
generate-lapsed = éteintes sans suite
generate-arrivals = arrivées dans les équipes
generate-departures = départs
generate-look =
    Pour servir ce dossier, puis regarder dans un autre terminal :
      declic hub --config { $place }/hub.toml
      declic supervision board --territory { $territory } --hub http://127.0.0.1:7443 --as supervision --key { $place }/keys/supervision.pem

## Ce qui ne va pas
generate-not-empty = { $place } contient déjà une année ou une démonstration : choisissez un autre dossier avec --dir, ou effacez-la avec --fresh.
generate-unknown-territory = Territoire inconnu : { $code }. Donnez des codes de département séparés de virgules (56 ou 22,29,35,56), ou FR.
generate-not-past = L’année doit être passée : --until { $date } n’est pas entre le 2000-01-01 et le { $latest }.
generate-interrupted = Génération interrompue. L’année est incomplète ; --fresh repart de rien.
