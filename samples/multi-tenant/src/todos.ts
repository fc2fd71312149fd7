import * as z from 'zod';
import type { UserContext } from './context.ts';
import type { GuardedDb } from './db.ts';

/** One request, as far as the routes below care. */
export interface TodoRequest {
    method: string;
    path: string;
    body: unknown;
    context: UserContext | undefined;
    /** Bound to `context`. The rules decide what it sees: no route below filters by organization. */
    db: GuardedDb;
}

/** An answer other than 200. */
export class HttpError extends Error {
    readonly status: number;

    constructor(status: number, message: string) {
        super(message);
        this.status = status;
    }
}

const newList = z.object({ name: z.string(), private: z.boolean().optional() });
const newTodo = z.object({ title: z.string() });
const todoChange = z.object({ title: z.string().optional(), done: z.boolean().optional() });

/**
 * `GET /me`, `GET|POST /lists`, `GET|POST /lists/:id/todos`, `PATCH|DELETE /todos/:id`.
 * Out: what is sent as JSON. Throws `HttpError` for what no route answers, and the ORM's errors.
 */
export async function handleTodos({ method, path, body, context, db }: TodoRequest): Promise<unknown> {
    const [resource = '', id, child] = path.split('/').slice(1);
    const route = [method, resource, ...(id === undefined ? [] : [':id']), ...(child === undefined ? [] : [child])];
    switch (route.join(' ')) {
        case 'GET me':
            return context ?? null;
        case 'GET lists':
            return db.todoList.findMany({ orderBy: { createdAt: 'asc' } });
        case 'POST lists': {
            const { userId, organizationId } = requireOrganization(context);
            return db.todoList.create({ data: { ...parse(newList, body), organizationId, ownerId: userId } });
        }
        case 'GET lists :id todos':
            return db.todo.findMany({ where: { listId: id }, orderBy: { createdAt: 'asc' } });
        case 'POST lists :id todos': {
            const { userId, organizationId } = requireOrganization(context);
            const list = await db.todoList.findUniqueOrThrow({ where: { id } });
            return db.todo.create({
                data: { ...parse(newTodo, body), listId: list.id, organizationId, ownerId: userId },
            });
        }
        case 'PATCH todos :id':
            return db.todo.update({ where: { id }, data: parse(todoChange, body) });
        case 'DELETE todos :id':
            return db.todo.delete({ where: { id } });
        default:
            throw new HttpError(404, 'Not found');
    }
}

function requireOrganization(context: UserContext | undefined): { userId: string; organizationId: string } {
    if (!context) {
        throw new HttpError(401, 'Sign in first');
    }
    const { userId, organizationId } = context;
    if (organizationId === null) {
        throw new HttpError(403, 'Choose an organization first');
    }
    return { userId, organizationId };
}

function parse<T>(shape: z.ZodType<T>, body: unknown): T {
    const result = shape.safeParse(body);
    if (!result.success) {
        throw new HttpError(400, z.prettifyError(result.error));
    }
    return result.data;
}
