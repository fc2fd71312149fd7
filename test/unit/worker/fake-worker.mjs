// Stands in for the worker: the query's root tells it what to do.
process.stdout.write(`started ${process.pid}\n`);

process.on('message', (message) => {
    if ('abort' in message) return;
    const { id, params } = message;
    switch (params.root) {
        case 'answer':
            process.send({ id, ok: true, result: { contexts: [], unknown: [], files: [String(process.pid)] } });
            break;
        case 'environment': {
            const files = [process.env.NODE_OPTIONS ?? 'no NODE_OPTIONS', ...process.execArgv];
            process.send({ id, ok: true, result: { contexts: [], unknown: [], files } });
            break;
        }
        case 'fail':
            process.send({ id, ok: false, message: 'it failed', stack: 'the stack' });
            break;
        case 'crash':
            process.exit(7);
            break;
        case 'hang':
            // Deep in a computation: neither messages nor signals that can be caught get through.
            for (;;);
    }
});
process.on('disconnect', () => process.exit());
