// Imported before the production entry, with --expose-gc: what is in memory after the signal is what the process keeps.
// SIGWINCH, for the service ends at others.
process.on('SIGWINCH', () => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }));
