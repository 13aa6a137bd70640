'use strict';
// Draws a page with the browser and stays for a moment, so that its process can be seen.
const fs = require('fs');
const browser = require('puppeteer');

fs.writeFileSync('page.txt', `drawn by chrome ${browser.version()}\n`.padEnd(24));
console.log(`drawn by chrome ${browser.version()}, ${fs.statSync('page.txt').size} bytes`);
setTimeout(() => {}, 1500);
