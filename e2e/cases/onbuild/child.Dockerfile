FROM dfharden-e2e-parent
CMD ["node", "-p", "require('./package.json').name"]
