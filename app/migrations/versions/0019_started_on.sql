ALTER TABLE service ADD COLUMN started_on DATE;
COMMENT ON COLUMN service.started_on IS 'Since when it is offered; null: nobody has said';
