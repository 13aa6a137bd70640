CREATE TABLE item (name VARCHAR(20) PRIMARY KEY);
INSERT INTO item VALUES ('kettle'), ('cup');
SELECT CONCAT('stock: ', COUNT(*)) FROM item;
