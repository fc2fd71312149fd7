import ts from 'typescript';
import type { Location } from '../model/text.ts';
import { locationOf } from './holder.ts';
import type { MadePlugin, PluginRoles } from './plugins.ts';
import { entriesOf, readProperty } from './values.ts';

/**
 * Where a plugin's roles are defined.
 * In: the roles and the call that made the plugin. Out: a place for each role, by name: its property in the
 * options' `roles`, the `creatorRole` that names it, else, for a role that comes with the plugin, the call.
 */
export function rolePlaces({ names }: PluginRoles, { node, options }: MadePlugin): Record<string, Location> {
    const roles = readProperty(options, 'roles', node);
    const own = roles === undefined ? undefined : entriesOf(roles, node)?.entries;
    const creator = entriesOf(options, node)?.entries.get('creatorRole');
    return Object.fromEntries(
        names.map((name) => {
            const property = own?.get(name)?.node;
            const named = creator?.value === name ? creator.node : undefined;
            return [name, locationOf(property ? nameOf(property) : (named ?? node.expression))];
        }),
    );
}

function nameOf(node: ts.Node): ts.Node {
    if (ts.isPropertyAssignment(node.parent) && node.parent.initializer === node) return node.parent.name;
    return ts.isShorthandPropertyAssignment(node) || ts.isMethodDeclaration(node) ? node.name : node;
}
