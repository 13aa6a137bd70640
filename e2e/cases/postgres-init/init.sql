CREATE TABLE item (name text PRIMARY KEY, price integer NOT NULL);
INSERT INTO item VALUES ('kettle', 30), ('cup', 4);
SELECT 'stock: ' || count(*) AS line FROM item;
