-- Store format 3. What models were paid is in the bodies of these events; a day's sum reads them across sessions.
CREATE INDEX event_spending ON event (time) WHERE type IN ('step.finished', 'model.tried');
