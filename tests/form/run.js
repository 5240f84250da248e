// node run.js SCRIPT < story: runs a story, JavaScript that knows `world`, `run()`, `fails()` and `forget()`, on a
// new world, and prints the world. `node run.js --try RE2JS < pairs` tries patterns: by RegExp, with its flag u, by RE2.
'use strict';
const fs = require('node:fs');
const vm = require('node:vm');
const { World } = require('./google.js');

const [what, where] = process.argv.slice(2);
const input = fs.readFileSync(0, 'utf8');

function tell(script) {
  const world = new World();
  const context = vm.createContext(world.globals());
  vm.runInContext(script, context, { filename: 'intake_form.gs' });
  const errors = [];
  const call = (name) => vm.runInContext(`${name}()`, context);
  const fails = () => {
    try {
      call('makeIntakeForm');
      errors.push(null);
    } catch (error) {
      errors.push(error.message);
    }
  };
  new Function('world', 'run', 'fails', 'forget', input)(
    world, () => call('makeIntakeForm'), fails, () => call('forgetIntakeForm'));
  return { ...world.shown(), errors };
}

function tried(pairs) {
  const { RE2JS } = require(where);
  const compiled = new Map();
  const ways = (pattern) => {
    if (!compiled.has(pattern)) {
      const [plain, unicode, re2] = [new RegExp(pattern), new RegExp(pattern, 'u'), RE2JS.compile(pattern)];
      compiled.set(pattern, (text) => [plain.test(text), unicode.test(text), re2.matcher(text).find()]);
    }
    return compiled.get(pattern);
  };
  return pairs.map(([pattern, text]) => ways(pattern)(text));
}

const result = what === '--try' ? tried(JSON.parse(input)) : tell(fs.readFileSync(what, 'utf8'));
process.stdout.write(JSON.stringify(result));
