-- What waits is found by its state: lists of things to do read what is open, however much was done before it.

CREATE INDEX application_state ON application (state, call);
CREATE INDEX award_state ON award (state, accept_by);
CREATE INDEX award_condition_open ON award_condition (award) WHERE met_at IS NULL;
CREATE INDEX report_state ON report (state, award);
CREATE INDEX claim_state ON claim (state, award);
CREATE INDEX mandate_asked ON mandate (organisation) WHERE state = 'asked';
CREATE INDEX payee_account_waiting ON payee_account (id) WHERE state = 'asked';
CREATE INDEX appeal_open ON appeal (application, state) WHERE state IN ('received', 'sent_on');
CREATE INDEX declaration_account ON declaration (account, application, word);
CREATE INDEX outbox_state ON outbox (state, id);
CREATE INDEX outbox_recipient ON outbox (recipient, id);
CREATE INDEX lesson_newest ON lesson (written_at, id);
CREATE INDEX application_newest ON application (submitted_at, id) WHERE number IS NOT NULL;
