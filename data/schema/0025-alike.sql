-- Which events are like another, for the lessons that they taught: read without their documents.

CREATE INDEX event_alike ON event (kind, venues, series);
