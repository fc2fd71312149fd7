'use strict';
/*
 * Stands in for @vscode/spdlog, a compiled add-on, in the VS Code of the tests: writes log lines to the named file.
 * Rotation isn't needed there. Exports are assigned one by one, because VS Code imports this as an ES module.
 */
const fs = require('node:fs');
const path = require('node:path');

const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];

class Logger {
    constructor(file) {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        this.file = file;
        this.level = 2;
        this.plain = false;
    }
    write(level, message) {
        if (level < this.level) return;
        const line = this.plain ? message : `${new Date().toISOString()} [${names[level]}] ${message}\n`;
        fs.appendFileSync(this.file, line);
    }
    trace(message) {
        this.write(0, message);
    }
    debug(message) {
        this.write(1, message);
    }
    info(message) {
        this.write(2, message);
    }
    warn(message) {
        this.write(3, message);
    }
    error(message) {
        this.write(4, message);
    }
    critical(message) {
        this.write(5, message);
    }
    setLevel(level) {
        this.level = level;
    }
    getLevel() {
        return this.level;
    }
    clearFormatters() {
        this.plain = true;
    }
    setPattern() {
        this.plain = false;
    }
    flush() {}
    drop() {}
}

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.shutdown = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = async (_name, file) => new Logger(file);
exports.createAsyncRotatingLogger = async (_name, file) => new Logger(file);
