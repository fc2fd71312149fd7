/** What an operation means in a rule of a model. What is said holds for ZenStack 3.9 on SQLite and Postgres. */
export const MODEL_OPERATIONS: Readonly<Record<string, string>> = {
    create: 'Checked on the row that is made. Its lists of related rows are empty then, so that a rule over one never grants.',
    read: 'Filters what is read: rows that no rule allows, or that one denies, are left out of results, of counts and of what related rows include.',
    update: 'Checked on the row as it is before the update; rows that are not permitted are left alone. What it becomes is up to `post-update`.',
    delete: 'Checked on the row before it is deleted.',
    'post-update':
        'Checked on the row as an update leaves it, with the old row as `before()`. It is not part of `all`: without a rule for it an update may write anything, and with one `@@allow` for it every update of the model needs one that holds.',
    all: 'Stands for `create`, `read`, `update` and `delete`, not for `post-update`.',
};

/** The same for a rule on a field. */
export const FIELD_OPERATIONS: Readonly<Record<string, string>> = {
    read: 'Where it may not be read, the field is `null` in results, even a required one, and filters see `null`.',
    update: 'Where it may not be updated, an update that sets the field is refused. Creating a row with it is not restricted.',
    all: 'Stands for `read` and `update` of the field. Creating a row with it is not restricted.',
};

const LIKE =
    'With a member of `auth()` that is missing or empty as what is searched for, it is true for every row that has a value: test the member for `null` first.';

const LIST =
    'A list of `auth()` as the first argument fails at run time on SQLite: use a predicate, `auth().list?[…]`.';

/** What functions mean in a rule, beyond what their declarations say. */
export const FUNCTIONS: Readonly<Record<string, string>> = {
    check: 'Asks the rules of the model behind a to-one relation, for the operation of this rule or the one that is named. It grants nothing where the relation is empty or that model has no rules; therefore a `@@deny` with `!check(…)` does not hit rows without the relation.',
    before: 'The row before the update, in `post-update` rules only. Its fields can be compared with the new ones; `before() == this` fails at run time.',
    currentModel: 'The name of the model whose rule is evaluated: of the sub-model, where the rule is inherited.',
    currentOperation: 'The operation that is checked; in a rule for `all`, each of its four in turn.',
    contains: LIKE,
    startsWith: LIKE,
    endsWith: LIKE,
    has: LIST,
    hasSome: LIST,
    hasEvery: LIST,
    isEmpty: LIST,
};
