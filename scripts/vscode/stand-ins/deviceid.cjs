'use strict';
/* Stands in for @vscode/deviceid, a compiled add-on that names the machine for telemetry, which is off. */
exports.getDeviceId = async () => 'none';
