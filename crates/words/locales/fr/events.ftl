### Ce qui arrive à une demande, tel que le fil du dossier le montre.

event-opened = Dossier ouvert
event-delivery-confirmed = Demande reçue par l’organisme
event-acknowledged = Demande prise en charge
event-assigned = Demande attribuée
event-information-requested = Information demandée
event-replied = Réponse de l’aidant
event-taken-back = Demande reprise sans attendre la réponse
event-redirected = Demande réorientée
event-routed-by-hand = Demande orientée à la main
event-resolved = Demande résolue
event-closed = Demande close
event-reopened = Demande rouverte
event-withdrawn = Demande retirée
event-lapsed = Demande éteinte, sans activité
event-message-posted = Message
event-note-added = Note interne
event-reminded = Organisme relancé
event-contact-recorded = Organisme contacté par son canal habituel
event-urgency-changed = Urgence changée
event-case-transferred = Dossier transmis
event-facts-corrected = Faits corrigés
event-person-corrected = Identité de la personne corrigée
event-mandate-renewed = Accord de la personne renouvelé
event-mandate-revoked = Accord de la personne retiré
event-erased = Contenu effacé
