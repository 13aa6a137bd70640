const fs = require('fs');
fs.writeFileSync('last', 'shown');
fs.appendFileSync('state', 'again\n');
console.log(fs.readFileSync('state', 'utf8').trim().split('\n').join(', ') + ', ' + fs.readFileSync('last', 'utf8'));
