const fs = require('fs');
fs.writeFileSync('last', 'shown');
fs.appendFileSync('state', 'again\n');
console.log(fs.readFileSync('state', 'utf8').trim().split('\n').join(', ') + ', ' + fs.readFileSync('last', 'utf8'));
setTimeout(() => {}, 300); // stays for a moment, so that it can be seen from outside
