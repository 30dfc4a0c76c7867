// Plain JavaScript, so that an older Node can read it too: the service's own files are TypeScript that Node runs itself.
const needed = 24;
const found = Number(process.versions.node.split('.')[0]);
if (found < needed) {
  console.error(
    `Shuke needs Node ${needed} or newer and was started with Node ${process.versions.node}.\n` +
      'Install Node 24, or install the development dependencies too (npm ci): they bring it along.',
  );
  process.exit(1);
}
