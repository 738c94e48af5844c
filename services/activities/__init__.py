"""Activities: calls, meetings, visits, e-mails, demos and planned follow-ups."""
