// What of Google's services the script uses, as a world in memory that records. Stricter than Google where that is
// unknown: a method that isn't here is a TypeError, and so is an item taken for another kind.
'use strict';

const KINDS = ['TEXT', 'PARAGRAPH_TEXT', 'DATETIME', 'CHECKBOX', 'MULTIPLE_CHOICE', 'PAGE_BREAK'];
const enumOf = (...names) => Object.fromEntries(names.map((name) => [name, { toString: () => name }]));
const ItemType = enumOf(...KINDS);
const PageNavigationType = enumOf('CONTINUE', 'GO_TO_PAGE', 'RESTART', 'SUBMIT');
const DestinationType = enumOf('SPREADSHEET');

class Sheet {
  constructor(world, name, rows = []) {
    Object.assign(this, { world, id: world.next(), name, rows, formats: {}, notes: {}, formId: null });
  }
  getSheetId() { return this.id; }
  getName() { return this.name; }
  setName(name) {
    if (this.world.sheets.some((one) => one !== this && one.name === name)) throw new Error(`${name} is there already`);
    this.name = name;
    return this;
  }
  getFormUrl() { return this.formId && `https://docs.google.com/forms/d/${this.formId}/viewform`; }
  getLastRow() { return this.rows.length; }
  getLastColumn() { return Math.max(0, ...this.rows.map((row) => row.length)); }
  getMaxRows() { return 1000; }
  getDataRange() { return this.getRange(1, 1, Math.max(1, this.getLastRow()), Math.max(1, this.getLastColumn())); }
  getRange(row, col, height = 1, width = 1) {
    if (row < 1 || col < 1 || height < 1 || width < 1) throw new Error('no such range');
    const values = () => Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => (this.rows[row - 1 + y] || [])[col - 1 + x] ?? ''));
    return {
      getValues: values,
      getDisplayValues: () => values().map((line) => line.map(String)),
      setNumberFormat: (format) => {
        for (let x = 0; x < width; x++) this.formats[col + x] = { format, from: row, rows: height };
      },
      setNote: (note) => { this.notes[`${row},${col}`] = note; },
    };
  }
}

class Item {
  constructor(form, type) {
    Object.assign(this, { form, type, id: form.world.next(), title: '', help: '', required: false, choices: [] });
    for (const kind of KINDS) {
      const name = { DATETIME: 'DateTime', PARAGRAPH_TEXT: 'ParagraphText', MULTIPLE_CHOICE: 'MultipleChoice',
        PAGE_BREAK: 'PageBreak', TEXT: 'Text', CHECKBOX: 'Checkbox' }[kind];
      this[`as${name}Item`] = () => {
        if (kind !== type) throw new Error(`a ${type} is no ${kind}`);
        return this;
      };
    }
    if (type === 'PAGE_BREAK') this.setRequired = undefined;
    if (!type.includes('TEXT')) this.setValidation = undefined;
    if (type !== 'CHECKBOX' && type !== 'MULTIPLE_CHOICE') this.setChoiceValues = this.showOtherOption = undefined;
    if (type !== 'MULTIPLE_CHOICE') this.setChoices = this.createChoice = undefined;
  }
  getId() { return this.id; }
  getIndex() { return this.form.items.indexOf(this); }
  getType() { return ItemType[this.type]; }
  getTitle() { return this.title; }
  setTitle(title) {
    // the header of a linked tab follows the question
    const sheet = this.form.sheet();
    const col = sheet ? sheet.rows[0].indexOf(this.title) : -1;
    if (col > 0) sheet.rows[0][col] = title;
    else if (sheet && this.type !== 'PAGE_BREAK') sheet.rows[0].push(title);
    this.title = title;
    return this;
  }
  setHelpText(text) { this.help = text; return this; }
  setRequired(required) { this.required = required; return this; }
  setValidation(validation) {
    if (validation.of !== this.type) throw new Error(`a check for ${validation.of} put on ${this.type}`);
    this.validation = validation;
    return this;
  }
  setChoiceValues(values) { this.choices = values.map((value) => ({ value })); return this; }
  showOtherOption(enabled) { this.other = enabled; return this; }
  createChoice(value, where) {
    const page = where instanceof Item;
    if (page && where.type !== 'PAGE_BREAK') throw new Error('only pages can be gone to');
    if (!page && !Object.values(PageNavigationType).includes(where)) throw new Error(`cannot go to ${where}`);
    return { value, to: page ? where.id : String(where) };
  }
  setChoices(choices) { this.choices = choices; return this; }
}

class Form {
  constructor(world, title) {
    Object.assign(this, { world, id: `form-${world.next()}`, title, items: [], destination: null, settings: {}, calls: [] });
    for (const name of ['Description', 'ConfirmationMessage', 'CollectEmail', 'LimitOneResponsePerUser',
      'PublishingSummary', 'AllowResponseEdits', 'ProgressBar', 'ShowLinkToRespondAgain', 'RequireLogin', 'Published']) {
      this[`set${name}`] = (value) => {
        if (name === 'RequireLogin' && world.personalAccount) throw new Error('only in an organisation');
        this.settings[name] = value;
        return this;
      };
    }
    if (world.noPublishing) this.setPublished = undefined;
    for (const [name, type] of [['Text', 'TEXT'], ['ParagraphText', 'PARAGRAPH_TEXT'], ['DateTime', 'DATETIME'],
      ['Checkbox', 'CHECKBOX'], ['MultipleChoice', 'MULTIPLE_CHOICE'], ['PageBreak', 'PAGE_BREAK']]) {
      this[`add${name}Item`] = () => {
        world.tick();
        const item = new Item(this, type);
        this.items.push(item);
        return item;
      };
    }
  }
  sheet() { return this.world.sheets.find((sheet) => sheet.formId === this.id); }
  getId() { return this.id; }
  getTitle() { return this.title; }
  setTitle(title) { this.title = title; return this; }
  getItems() { return [...this.items]; }
  moveItem(from, to) { this.items.splice(to, 0, ...this.items.splice(from, 1)); }
  getPublishedUrl() { return `https://docs.google.com/forms/d/e/${this.id}/viewform`; }
  getEditUrl() { return `https://docs.google.com/forms/d/${this.id}/edit`; }
  getDestinationId() {
    if (!this.destination) throw new Error('The form currently has no response destination.');
    return this.destination;
  }
  setDestination(type, id) {
    if (type !== DestinationType.SPREADSHEET || id !== this.world.registerId) throw new Error(`no spreadsheet ${id}`);
    this.world.tick();
    this.destination = id;
    this.world.links += 1;
    const questions = this.items.filter((item) => item.type !== 'PAGE_BREAK').map((item) => item.title);
    const sheet = new Sheet(this.world, 'フォームの回答 7', [['Timestamp', ...questions]]);
    sheet.formId = this.id;
    // not at once: only after the script has waited a little
    this.world.coming.push({ sheet, after: this.world.delay });
  }
}

class Validation {
  constructor(of) { this.of = of; }
  setHelpText(text) { this.hint = text; return this; }
  requireTextMatchesPattern(pattern) { return Object.assign(this, { pattern, matches: true }); }
  requireTextDoesNotMatchPattern(pattern) { return Object.assign(this, { pattern, matches: false }); }
  build() {
    if (this.pattern === undefined || !this.hint) throw new Error('a check without pattern or hint');
    return this;
  }
}

class World {
  constructor() {
    Object.assign(this, { ids: 1000, forms: [], sheets: [], properties: {}, coming: [], delay: 2, links: 0, slept: 0,
      logged: [], toasts: [], registerId: 'register-1', bound: true, locked: false, breakAfter: Infinity, hidden: false });
    this.sheets.push(new Sheet(this, 'Orders', [['Order ID', 'Client']]));
  }
  next() { return ++this.ids; }
  /** Google's time limit, or a lost connection, after so many things were made. */
  tick() { if (--this.breakAfter < 0) throw new Error('Exceeded maximum execution time'); }
  addSheet(name, rows) { this.sheets.push(new Sheet(this, name, rows)); return this.sheets.at(-1); }
  globals() {
    const world = this;
    const register = {
      getId: () => world.registerId,
      getSheets: () => [...world.sheets],
      deleteSheet: (sheet) => { world.sheets = world.sheets.filter((one) => one !== sheet); },
      toast: (text) => { world.toasts.push(text); },
    };
    const opened = (id) => {
      const form = world.forms.find((one) => one.id === id);
      if (!form || world.hidden) throw new Error('No item with the given ID could be found.');
      return form;
    };
    return {
      FormApp: {
        ItemType, PageNavigationType, DestinationType,
        create: (title) => { world.forms.push(new Form(world, title)); return world.forms.at(-1); },
        openById: opened,
        openByUrl: (url) => opened(url.split('/').at(-2)),
        createTextValidation: () => new Validation('TEXT'),
        createParagraphTextValidation: () => new Validation('PARAGRAPH_TEXT'),
      },
      SpreadsheetApp: {
        getActiveSpreadsheet: () => (world.bound ? register : null),
        flush: () => {
          world.coming = world.coming.filter((one) => one.after > world.slept || !world.sheets.unshift(one.sheet));
        },
      },
      PropertiesService: {
        getScriptProperties: () => ({
          getProperty: (key) => world.properties[key] ?? null,
          setProperty: (key, value) => {
            if (value.length > 9 * 1024) throw new Error('Argument too large: value');
            world.properties[key] = value;
          },
          deleteProperty: (key) => { delete world.properties[key]; },
        }),
      },
      LockService: {
        getScriptLock: () => ({
          tryLock: () => (world.locked ? false : (world.locked = true)),
          releaseLock: () => { world.locked = false; },
        }),
      },
      Utilities: { sleep: () => { world.slept += 1; } },
      Logger: { log: (text) => { world.logged.push(String(text)); } },
    };
  }
  /** Everything that the tests look at, as plain data. */
  shown() {
    const item = ({ id, type, title, help, required, choices, other, validation }) =>
      ({ id, type, title, help, required, choices, other, validation });
    return {
      forms: this.forms.map(({ id, title, items, destination, settings }) =>
        ({ id, title, items: items.map(item), destination, settings })),
      sheets: this.sheets.map(({ id, name, rows, formats, notes, formId }) => ({ id, name, rows, formats, notes, formId })),
      links: this.links, logged: this.logged, toasts: this.toasts, locked: this.locked, properties: this.properties,
    };
  }
}

module.exports = { World };
