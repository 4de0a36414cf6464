### La démonstration : une maison entière dans un seul programme, sur des dossiers inventés.

## Aide
help-demo = Montrer Déclic en marche : un hub, quatre organismes et douze dossiers inventés
help-demo-more =
    Rien n’est à préparer et le réseau n’est pas utilisé. Tout est écrit dans un seul dossier (.declic) : base, clés,
    échanges des organismes, copie du grand livre. Une deuxième fois, la démonstration continue la même base : douze
    dossiers de plus, et le grand livre est vérifié depuis son début. Avec --fresh, elle repart de rien.
help-demo-examples =
    declic demo
    declic demo --fresh
    declic demo --stay
help-demo--dir = Le dossier où tout est écrit, créé s’il n’existe pas
help-demo--fresh = Effacer d’abord ce qu’une démonstration précédente y a écrit, et rien d’autre
help-demo--stay = Rester en marche après le bilan et donner des commandes à essayer, jusqu’à Ctrl-C
help-demo--listen = Avec --stay, l’adresse du hub, par exemple 127.0.0.1:7443 ; sinon un port libre

## En-tête et lignes
demo-past = Trois mois de dossiers inventés sont vécus d’abord : une demi-minute environ.
demo-opening =
    Déclic, démonstration : un hub, quatre organismes raccordés, deux équipes d’orientation, douze dossiers.
    Personnes et situations sont inventées. Hub : { $hub }, dossier : { $place }
demo-console =
    Les pages : { $console }
    Trois personnes à essayer :
    - Camille Martin, CCAS de Pontivy : « Nouveau dossier », prestation RSA, commune Pontivy ; voyez où il ira, puis envoyez.
    - Claire Morel, Caf du Morbihan, ou l’organisme que la page a nommé : « À traiter », prenez la demande, demandez une pièce ou répondez.
    - Paul Durand, superviseur du Morbihan : le tableau de bord, puis les demandes en retard.
demo-heading-time = HEURE
demo-heading-case = DEMANDE
demo-heading-what = CE QUI SE PASSE
demo-heading-since = DEPUIS
demo-heading-holder = CHEZ QUI
demo-nobody = (plus personne)
demo-move-opened = ouverte : { $value }
demo-move-triage = au tri : { $value }
demo-move-follows = ouverte, suite de { $value }
demo-move-delivery-confirmed = reçue par l’organisme
demo-move-acknowledged = prise en charge
demo-move-information-requested = pièce demandée à l’aidant
demo-move-replied = réponse de l’aidant
demo-move-redirected = réorientée, suite en { $value }
demo-move-routed-by-hand = orientée à la main, suite en { $value }
demo-move-closed = close, obtenu : { $value }
demo-move-reopened = rouverte : ce n’est pas réglé

## Bilan
demo-summary = { $cases } dossiers clos, { $tickets } demandes, { $moves } mouvements, en { $took }
demo-medians = Délai médian depuis l’envoi :
demo-step-delivery = réception
demo-step-acknowledgement = prise en charge
demo-step-resolution = réponse
demo-step-closing = clôture
demo-counted = sur { $count }
demo-audited = Copie de l’auditrice, vérifiée hors ligne avec la clé de l’exploitant : { $place }

## Rester
demo-stay = Le hub { $hub } reste en marche. Dans un autre terminal :
demo-stay-social-worker = Camille Martin, aidante au CCAS de Pontivy, ouvre un dossier et suit les siens
demo-stay-agent = Claire Morel, agente à la Caf du Morbihan, traite le dossier de Jeanne Exemple, que Camille Martin clôt
demo-stay-supervisor = Paul Durand, superviseur du Morbihan
demo-stay-auditor = Inès Fabre, auditrice, vérifie le grand livre en ligne, puis hors ligne sur sa copie
demo-stay-reference = RÉFÉRENCE
demo-stay-message = Droit rétabli
demo-stay-end = Ctrl-C pour arrêter.

## Ce qui ne va pas
demo-not-ours = { $place } n’est pas vide et n’a pas été fait par « declic demo » ni par « declic generate » : choisissez un autre dossier avec --dir.
demo-in-use = Une démonstration est déjà en marche dans { $place } : arrêtez-la, ou choisissez un autre dossier avec --dir.
demo-stuck = Le dossier { $case } n’avance plus depuis { $seconds } secondes : la démonstration s’arrête.
demo-untold = Des mouvements enregistrés par le hub n’ont pas été annoncés à leur structure : la démonstration s’arrête.
demo-interrupted = Démonstration interrompue. Les dossiers ouverts le restent ; --fresh repart de rien.
demo-other-key = La clé que le hub annonce n’est pas celle du fichier de l’exploitant.
demo-unsealed = Un mouvement de la démonstration manque au grand livre.
demo-triage = équipe d’orientation { $agency }
