import { db } from './db.ts';
import { createApp } from './server.ts';

await db.$pushSchema();
const server = createApp().listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
    console.log('Listening on', server.address());
});
