### What happens to a ticket, as the thread of the case shows it.

event-opened = Case opened
event-delivery-confirmed = Ticket received by the agency
event-acknowledged = Ticket taken
event-assigned = Ticket assigned
event-information-requested = Information asked
event-replied = Social worker’s reply
event-taken-back = Ticket taken back without the reply
event-redirected = Ticket redirected
event-routed-by-hand = Ticket routed by hand
event-resolved = Ticket resolved
event-closed = Ticket closed
event-reopened = Ticket reopened
event-withdrawn = Ticket withdrawn
event-lapsed = Ticket lapsed, no activity
event-message-posted = Message
event-note-added = Internal note
event-reminded = Agency reminded
event-contact-recorded = Agency contacted by its usual channel
event-urgency-changed = Urgency changed
event-case-transferred = Case handed over
event-facts-corrected = Facts corrected
event-person-corrected = Person corrected
event-mandate-renewed = The person agreed anew
event-mandate-revoked = The person took the agreement back
event-erased = Content erased
