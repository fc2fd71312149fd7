'use strict';
/*
 * Stands in for @vscode/native-watchdog, a compiled add-on that ends the extension host when its parent is gone:
 * the same without compiled code, by asking now and then.
 */
exports.start = (parent) => {
    const timer = setInterval(() => {
        try {
            process.kill(parent, 0);
        } catch {
            process.exit(87);
        }
    }, 1000);
    timer.unref();
};
