/**
 * The program that a function's process runs: it loads the handler from the current directory and calls it once with the event.
 *
 * A text, passed with `node -e`: so it is there in the same way under jest, under tsx and in the published package, and nothing of
 * those (loaders, transforms, injected helpers) can slip into the function's process. Standard input holds `{ handler, event,
 * context, timeout, sdkPaths }` as JSON. File descriptor 3 gets a line when the handler is called, and what became of the call.
 */
export const LAMBDA_RUNNER = `
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const Module = require('node:module');
const { pathToFileURL } = require('node:url');

const { handler, event, context, timeout, sdkPaths } = JSON.parse(fs.readFileSync(0, 'utf8'));

// The runtime has an AWS SDK, and no other packages (AWS Lambda Developer Guide, Runtime-included SDK versions): here that of the project.
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  try {
    return resolve.call(this, request, ...rest);
  } catch (error) {
    if (!/^@(aws-sdk|smithy)\\//.test(request)) throw error;
    return resolve.call(this, request, rest[0], false, { paths: sdkPaths });
  }
};

function report(outcome) {
  fs.writeSync(3, JSON.stringify(outcome));
  process.exit(0);
}

function failed(kind) {
  return (error) => report({ kind, error: String((error && error.name) || 'Error') + ': ' + String((error && error.message) || error) });
}

async function modules(file) {
  try {
    return require(file);
  } catch (error) {
    if (error.code !== 'ERR_REQUIRE_ESM' && !/Cannot use import statement|Unexpected token 'export'/.test(error.message)) throw error;
    return import(pathToFileURL(file).href);
  }
}

async function load() {
  const dot = handler.lastIndexOf('.');
  const name = path.resolve(handler.slice(0, dot));
  const file = ['.js', '.mjs', '.cjs'].map((extension) => name + extension).find((candidate) => fs.existsSync(candidate));
  if (!file) throw new Error('Cannot find module ' + handler.slice(0, dot));
  const found = handler.slice(dot + 1).split('.').reduce((at, key) => at && at[key], await modules(file));
  if (typeof found !== 'function') throw new Error(handler + ' is undefined or not exported');
  return found;
}

// A promise ends the call when it settles; a handler without one when it calls back or is idle (AWS Lambda Developer Guide, Handler for Node.js).
function call(run) {
  const deadline = Date.now() + timeout;
  setTimeout(() => process.exit(1), timeout + 1000).unref(); // in case that nobody is left to stop it
  fs.writeSync(3, '\\n');
  const full = { ...context, getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()), callbackWaitsForEmptyEventLoop: true };
  return new Promise((resolve, reject) => {
    const done = (error) => (error ? reject(error) : resolve());
    const whenIdle = () => process.once('beforeExit', resolve);
    const callback = (error) => (error || !full.callbackWaitsForEmptyEventLoop ? done(error) : whenIdle());
    const answer = run(event, Object.assign(full, { done, succeed: () => done(), fail: (error) => done(error || new Error('failed')) }), callback);
    if (answer && typeof answer.then === 'function') answer.then(resolve, reject);
    else whenIdle();
  });
}

process.on('uncaughtException', failed('threw'));
process.on('unhandledRejection', failed('threw'));
load().then((run) => call(run).then(() => report({ kind: 'returned' }), failed('threw')), failed('notLoaded'));
`;
