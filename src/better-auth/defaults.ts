import { property } from './tables.ts';

/**
 * Makes those defaults of a plugin's columns open that depend on what is unknown in its options.
 * In: the plugin (whose schema is replaced, never changed: factories share them), and the plugins that
 * the factory makes with other values in place of the unknown one.
 */
export function openDefaults(plugin: object, others: readonly unknown[]): void {
    const schema = property(plugin, 'schema');
    for (const [table, fields] of tablesOf(schema)) {
        for (const [field, attribute] of Object.entries(fields)) {
            const isOpen = others.some((other) => {
                const counterpart = property(property(property(property(other, 'schema'), table), 'fields'), field);
                return counterpart !== undefined && !isSameDefault(attribute, counterpart);
            });
            if (isOpen) {
                replaceDefault(plugin, table, field);
            }
        }
    }
}

function tablesOf(schema: unknown): [string, object][] {
    return typeof schema !== 'object' || schema === null
        ? []
        : Object.keys(schema).flatMap((table): [string, object][] => {
              const fields = property(property(schema, table), 'fields');
              return typeof fields === 'object' && fields !== null ? [[table, fields]] : [];
          });
}

function isSameDefault(left: unknown, right: unknown): boolean {
    const [one, other] = [property(left, 'defaultValue'), property(right, 'defaultValue')];
    return Object.is(one, other) || (typeof one === 'function' && typeof other === 'function');
}

function replaceDefault(plugin: object, table: string, field: string): void {
    const schema = property(plugin, 'schema');
    const whole = property(schema, table);
    const fields = property(whole, 'fields');
    // A function is a default of which only Better Auth knows the value.
    const attribute = { ...asObject(property(fields, field)), defaultValue: () => undefined };
    const replaced = { ...asObject(whole), fields: { ...asObject(fields), [field]: attribute } };
    Object.assign(plugin, { schema: { ...asObject(schema), [table]: replaced } });
}

function asObject(value: unknown): object {
    return typeof value === 'object' && value !== null ? value : {};
}
