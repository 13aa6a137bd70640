CREATE DATABASE shop;
CREATE TABLE shop.item (name VARCHAR(20) PRIMARY KEY);
INSERT INTO shop.item VALUES ('kettle'), ('cup'), ('pot');
SELECT CONCAT('stock: ', COUNT(*)) FROM shop.item;
