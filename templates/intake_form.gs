/**
 * Makes the Google Form by which clients order, and links it to the register that this script belongs to.
 *
 * How to: open the register (the Google Sheet), Extensions > Apps Script, paste this file, choose makeIntakeForm, Run.
 * The log below says where the form is. Run it again after an update or a change of settings: it brings the same form
 * up to date and never makes a second one. What it does not touch again: the form's title, description, confirmation
 * and settings, questions of your own, and answers.
 */

/**
 * @typedef {{pattern: string, hint: string}} Check
 * @typedef {'text' | 'long' | 'moment' | 'boxes' | 'choice'} Kind
 * @typedef {{title: string, kind: string, required: boolean, help: string, check?: string, choices?: string[]}} Question
 * @typedef {{title: string, questions: Question[], more: {title: string, help: string} | null}} Page
 * @typedef {{form?: string, tab?: number, ready?: boolean, items: Record<string, number>}} Memory
 * @typedef {{form: GoogleAppsScript.Forms.Form, memory: Memory, settings: Record<string, string>,
 *   items: GoogleAppsScript.Forms.Item[], last: number}} Work  `items`: what was there before this run;
 *   `last`: where the item before stands
 */

// <made by sync.form_script>
const BLANKS = "[Nn]/[Aa]|[Nn][Oo][Nn][Ee]|なし|[\\-－‐‑‒–—―−─ー]";
const SETTINGS = {"Time zone": "Asia/Tokyo", "Urgent below (h)": "24", "Minimum hours": "2", "Default hours": "2", "Grace hours": "1", "Form tab": "Form responses 1"};
/** @type {Record<string, Check>} */
const CHECKS = {
  phone: {"pattern": "[^0-9０-９+＋=＝]{0,20}[+＋][\\-－\\(（\\)）\\[［\\]］\\.．\\/／~～‐-―−ー \\xa0　]*[1-9１-９](?:[\\-－\\(（\\)）\\[［\\]］\\.．\\/／~～‐-―−ー \\xa0　]*[0-9０-９]){5,17}(?:[ ,;　]*(?:[Ee][Xx][Tt](?:[Ee][Nn][Ss][Ii][Oo][Nn])?|[xXｘ#＃]|内線)[ .:．：　]*[0-9０-９]{1,7})?", "hint": "Begin with + and the country code: +81 3 1234 5678 / 「+」と国番号から: +81 3 1234 5678"},
  email: {"pattern": "[^\\s　、。@＠,，;；:：<＜>＞\\(（\\)）\\[［\\]］\\.．\\\\＼\"＂=＝][^\\s　、。@＠,，;；:：<＜>＞\\(（\\)）\\[［\\]］\\.．\\\\＼\"＂]*(?:[.．][^\\s　、。@＠,，;；:：<＜>＞\\(（\\)）\\[［\\]］\\.．\\\\＼\"＂]+)*[@＠](?:[^\\s　、。\\x00-/:-@\\[-`{-\\x7f＠．](?:[^\\s　、。\\x00-,./:-@\\[-^`{-\\x7f＠．]{0,61}[^\\s　、。\\x00-/:-@\\[-`{-\\x7f＠．])?[.．])+[^\\s　、。\\x00-@\\[-`{-\\x7f＠．０-９][^\\s　、。\\x00-,./:-@\\[-^`{-\\x7f＠．]{1,62}", "hint": "One e-mail address: name@example.com / メールアドレスを1つ: name@example.com"},
  chat: {"pattern": "(?:[Ll][Ii][Nn][Ee]|[Ss][Kk][Yy][Pp][Ee]|[Ww][Hh][Aa][Tt][Ss][Aa][Pp][Pp])[\\s　]*[:：][\\s　]*[^\\s　,;、，；][^,;、，；]*(?:[,;、，；][\\s　]*(?:[Ll][Ii][Nn][Ee]|[Ss][Kk][Yy][Pp][Ee]|[Ww][Hh][Aa][Tt][Ss][Aa][Pp][Pp])[\\s　]*[:：][\\s　]*[^\\s　,;、，；][^,;、，；]*)*", "hint": "LINE: id, Skype: id or WhatsApp: id / 「LINE: ID」「Skype: ID」「WhatsApp: ID」のいずれか"},
  map: {"pattern": "[Hh][Tt][Tt][Pp][Ss]://(?:[Mm][Aa][Pp][Ss]\\.[Aa][Pp][Pp]\\.[Gg][Oo][Oo]\\.[Gg][Ll](?::443)?|[Gg][Oo][Oo]\\.[Gg][Ll](?::443)?/maps|[Mm][Aa][Pp][Ss]\\.[Gg][Oo][Oo][Gg][Ll][Ee]\\.(?:[Cc][Oo][Mm]|[A-Za-z]{2}|(?:[Cc][Oo]|[Cc][Oo][Mm])\\.[A-Za-z]{2})(?::443)?|(?:[Ww][Ww][Ww]\\.)?[Gg][Oo][Oo][Gg][Ll][Ee]\\.(?:[Cc][Oo][Mm]|[A-Za-z]{2}|(?:[Cc][Oo]|[Cc][Oo][Mm])\\.[A-Za-z]{2})(?::443)?/maps|[Gg]\\.[Cc][Oo](?::443)?/kgs)(?:[/?#][^\\s　<>\"\\\\\\x00-\\x1f]*)?", "hint": "Google Maps: Share, Copy link (https://maps.app.goo.gl/…) / Googleマップの「共有」→「リンクをコピー」"},
  hours: {"pattern": "(?:[0０]*[1-9１-９][0-9０-９]{0,13}(?:[.．][0-9０-９]{1,30})?|[0０]*[.．][0０]{0,14}[1-9１-９][0-9０-９]{0,14})[\\s　]*(?:[Hh](?:(?:[Oo][Uu])?[Rr][Ss]?)?|時間)?", "hint": "Hours, more than 0: 3 or 2.5 / 0より大きい時間数: 3 または 2.5"},
  whole: {"pattern": "[0０]*[1-9１-９][0-9０-９]{0,13}(?:[.．][0０]{1,30})?[\\s　]*[名人]?", "hint": "A whole number, 1 or more / 1以上の整数"},
  zone: {"pattern": "(?:(?:[Aa][Ff][Rr][Ii][Cc][Aa]|[Aa][Mm][Ee][Rr][Ii][Cc][Aa]|[Aa][Nn][Tt][Aa][Rr][Cc][Tt][Ii][Cc][Aa]|[Aa][Rr][Cc][Tt][Ii][Cc]|[Aa][Ss][Ii][Aa]|[Aa][Tt][Ll][Aa][Nn][Tt][Ii][Cc]|[Aa][Uu][Ss][Tt][Rr][Aa][Ll][Ii][Aa]|[Bb][Rr][Aa][Zz][Ii][Ll]|[Cc][Aa][Nn][Aa][Dd][Aa]|[Cc][Hh][Ii][Ll][Ee]|[Ee][Tt][Cc]|[Ee][Uu][Rr][Oo][Pp][Ee]|[Ii][Nn][Dd][Ii][Aa][Nn]|[Mm][Ee][Xx][Ii][Cc][Oo]|[Pp][Aa][Cc][Ii][Ff][Ii][Cc]|[Uu][Ss])[\\s　]*/[\\s　]*[A-Za-z][A-Za-z0-9+_/ -]*|[Hh][Oo][Nn][Gg][Kk][Oo][Nn][Gg]|[Jj][Aa][Pp][Aa][Nn]|[Ss][Ii][Nn][Gg][Aa][Pp][Oo][Rr][Ee]|[Uu][Tt][Cc]|[Gg][Mm][Tt])", "hint": "Region/City: Asia/Tokyo, Europe/London / 「地域/都市」の形式: Asia/Tokyo、Europe/London"},
  words: {"pattern": "", "hint": "Please answer; do not begin with = / ご記入ください(先頭に「=」は使えません)"},
};
/** @type {Page[]} */
const PAGES = [
  {
    title: "Your order / ご発注",
    questions: [
      {"title": "Client", "kind": "text", "required": true, "help": "The company that orders, as in your agreement with us / ご発注元の会社名(ご契約のとおり)", "check": "words"},
      {"title": "Client reference", "kind": "text", "required": false, "help": "Your ticket number; shown on every document / 貴社の管理番号(すべての書類に記載します)", "check": "words"},
      {"title": "Billing reference", "kind": "text", "required": false, "help": "Purchase order to bill, if you have one / ご請求先の発注番号(あれば)", "check": "words"},
      {"title": "Ordered by", "kind": "text", "required": false, "help": "Who orders / ご発注者のお名前", "check": "words"},
      {"title": "Order email", "kind": "text", "required": true, "help": "Every answer goes there / ご連絡はすべてこちらへお送りします", "check": "email"},
      {"title": "Order phone", "kind": "text", "required": false, "help": "With + and country code: +81 3 1234 5678 / 「+」と国番号から: +81 3 1234 5678", "check": "phone"},
      {"title": "Planned start", "kind": "moment", "required": true, "help": "Date and time at the place of the visit; leave enough time for everybody to confirm. Less than {Urgent below (h)} hours from now: also call us / 訪問先の現地日時。関係者全員の確認に必要な時間を見込んでください。{Urgent below (h)}時間以内の場合はお電話もお願いします"},
      {"title": "Time zone", "kind": "text", "required": false, "help": "Only where it is not {Time zone}: Europe/London / {Time zone}以外の場合のみ: Europe/London", "check": "zone"},
      {"title": "Urgent call at", "kind": "moment", "required": false, "help": "If urgent: when you called us / お急ぎの場合: お電話くださった日時"},
    ],
    more: null,
  },
  {
    title: "The work / 作業",
    questions: [
      {"title": "Reserved hours", "kind": "text", "required": false, "help": "Hours on site; charged in full, at least {Minimum hours}. Blank: {Default hours}, and {Grace hours} of grace / 現地での予約時間数(全時間分のご請求、最低{Minimum hours}時間)。空欄の場合は{Default hours}時間+猶予{Grace hours}時間", "check": "hours"},
      {"title": "Language", "kind": "boxes", "required": true, "help": "English: 英語, Japanese: 日本語; one or both / 片方または両方", "choices": ["English", "Japanese"]},
      {"title": "Skill level", "kind": "choice", "required": false, "help": "Blank: Entry. Entry class needs your engineer's assistance, or well written instructions / 空欄の場合はEntry。Entryには貴社技術者の支援または十分な手順書が必要です", "choices": ["Entry", "Senior", "Specialist"]},
      {"title": "Engineers needed", "kind": "text", "required": false, "help": "Blank: 1 / 空欄の場合は1名", "check": "whole"},
      {"title": "Work description", "kind": "long", "required": true, "help": "What is to be done, in detail / 作業内容を詳しく", "check": "words"},
      {"title": "Target hardware", "kind": "long", "required": false, "help": "Make, model, how many / メーカー、型番、台数", "check": "words"},
      {"title": "Work sequence", "kind": "long", "required": false, "help": "Must anything be done in a certain order? / 作業順序の指定", "check": "words"},
      {"title": "Confirmations", "kind": "long", "required": false, "help": "What must be confirmed before or after, by whom? / 作業前後に必要な確認と確認者", "check": "words"},
      {"title": "Instruction documents", "kind": "long", "required": false, "help": "Links or file names / リンクまたはファイル名", "check": "words"},
    ],
    more: null,
  },
  {
    title: "Preparations / 準備",
    questions: [
      {"title": "Items to bring", "kind": "long", "required": false, "help": "Beyond standard equipment, with commas between / 標準機材以外の持参品(カンマ区切り)", "check": "words"},
      {"title": "Paperwork", "kind": "long", "required": false, "help": "Documents to send before the work: NDA, serial numbers … / 事前に提出する書類(NDA、製造番号など)", "check": "words"},
      {"title": "Photo ID needed", "kind": "choice", "required": false, "help": "Must we send a scanned photo ID before? / 写真付き身分証の事前送付が必要ですか", "choices": ["Yes", "No"]},
      {"title": "Travel needed", "kind": "choice", "required": false, "help": "Shall we book travel or a hotel? / 交通・宿泊の手配が必要ですか", "choices": ["Yes", "No"]},
      {"title": "Notes", "kind": "long", "required": false, "help": "Anything else; further places too / その他(4か所目以降の訪問先も)", "check": "words"},
    ],
    more: null,
  },
  {
    title: "Your engineer / 貴社技術者",
    questions: [
      {"title": "PM contact", "kind": "text", "required": false, "help": "Your engineer whom ours can ask during the work / 作業中に連絡できる貴社技術者のお名前", "check": "words"},
      {"title": "PM phone", "kind": "text", "required": false, "help": "With + and country code: +81 3 1234 5678 / 「+」と国番号から: +81 3 1234 5678", "check": "phone"},
      {"title": "PM email", "kind": "text", "required": false, "help": "Your engineer's e-mail / 貴社技術者のメールアドレス", "check": "email"},
      {"title": "PM chat", "kind": "text", "required": false, "help": "LINE: id, Skype: id or WhatsApp: id / 「LINE: ID」「Skype: ID」「WhatsApp: ID」のいずれか", "check": "chat"},
    ],
    more: null,
  },
  {
    title: "Site / 訪問先",
    questions: [
      {"title": "Site address", "kind": "text", "required": true, "help": "Please make sure on Google Maps that it is right / Googleマップで正しいことをご確認ください", "check": "words"},
      {"title": "Map link", "kind": "text", "required": false, "help": "Google Maps: Share, Copy link / Googleマップの「共有」→「リンクをコピー」", "check": "map"},
      {"title": "Floor", "kind": "text", "required": false, "help": "What floor? / 階", "check": "words"},
      {"title": "Entry instructions", "kind": "long", "required": false, "help": "How to enter the building and the room / 入館・入室の方法", "check": "words"},
      {"title": "Site contact", "kind": "text", "required": true, "help": "The end customer there / 現地のご担当者のお名前", "check": "words"},
      {"title": "Site phone", "kind": "text", "required": true, "help": "With + and country code: +81 3 1234 5678 / 「+」と国番号から: +81 3 1234 5678", "check": "phone"},
      {"title": "Site email", "kind": "text", "required": false, "help": "E-mail or chat, as a second way to reach them / 電話以外の連絡手段(メールまたはチャット)", "check": "email"},
      {"title": "Site chat", "kind": "text", "required": false, "help": "LINE: id, Skype: id or WhatsApp: id / 「LINE: ID」「Skype: ID」「WhatsApp: ID」のいずれか", "check": "chat"},
    ],
    more: {"title": "Another site (site 2)? / 訪問先2はありますか", "help": "Where our engineers also go for this order / この作業で他にも訪問する場所があるか"},
  },
  {
    title: "Site 2 / 訪問先2",
    questions: [
      {"title": "Site 2 address", "kind": "text", "required": true, "help": "Please make sure on Google Maps that it is right / Googleマップで正しいことをご確認ください", "check": "words"},
      {"title": "Site 2 map link", "kind": "text", "required": false, "help": "Google Maps: Share, Copy link / Googleマップの「共有」→「リンクをコピー」", "check": "map"},
      {"title": "Site 2 floor", "kind": "text", "required": false, "help": "What floor? / 階", "check": "words"},
      {"title": "Site 2 entry instructions", "kind": "long", "required": false, "help": "How to enter the building and the room / 入館・入室の方法", "check": "words"},
      {"title": "Site 2 contact", "kind": "text", "required": true, "help": "The end customer there / 現地のご担当者のお名前", "check": "words"},
      {"title": "Site 2 phone", "kind": "text", "required": true, "help": "With + and country code: +81 3 1234 5678 / 「+」と国番号から: +81 3 1234 5678", "check": "phone"},
      {"title": "Site 2 email", "kind": "text", "required": false, "help": "E-mail or chat, as a second way to reach them / 電話以外の連絡手段(メールまたはチャット)", "check": "email"},
      {"title": "Site 2 chat", "kind": "text", "required": false, "help": "LINE: id, Skype: id or WhatsApp: id / 「LINE: ID」「Skype: ID」「WhatsApp: ID」のいずれか", "check": "chat"},
    ],
    more: {"title": "Another site (site 3)? / 訪問先3はありますか", "help": "Where our engineers also go for this order / この作業で他にも訪問する場所があるか"},
  },
  {
    title: "Site 3 / 訪問先3",
    questions: [
      {"title": "Site 3 address", "kind": "text", "required": true, "help": "Please make sure on Google Maps that it is right / Googleマップで正しいことをご確認ください", "check": "words"},
      {"title": "Site 3 map link", "kind": "text", "required": false, "help": "Google Maps: Share, Copy link / Googleマップの「共有」→「リンクをコピー」", "check": "map"},
      {"title": "Site 3 floor", "kind": "text", "required": false, "help": "What floor? / 階", "check": "words"},
      {"title": "Site 3 entry instructions", "kind": "long", "required": false, "help": "How to enter the building and the room / 入館・入室の方法", "check": "words"},
      {"title": "Site 3 contact", "kind": "text", "required": true, "help": "The end customer there / 現地のご担当者のお名前", "check": "words"},
      {"title": "Site 3 phone", "kind": "text", "required": true, "help": "With + and country code: +81 3 1234 5678 / 「+」と国番号から: +81 3 1234 5678", "check": "phone"},
      {"title": "Site 3 email", "kind": "text", "required": false, "help": "E-mail or chat, as a second way to reach them / 電話以外の連絡手段(メールまたはチャット)", "check": "email"},
      {"title": "Site 3 chat", "kind": "text", "required": false, "help": "LINE: id, Skype: id or WhatsApp: id / 「LINE: ID」「Skype: ID」「WhatsApp: ID」のいずれか", "check": "chat"},
    ],
    more: null,
  },
];
// </made by sync.form_script>

const TITLE = 'On-site work order / オンサイト作業のご依頼';
const DESCRIPTION =
  'Please answer in English or Japanese. What you leave out we ask for by e-mail, and that takes time. ' +
  'The visit is less than {Urgent below (h)} hours from now? Please also call us: ' +
  'urgent services are for clients with terms agreed.\n' +
  '日本語または英語でご記入ください。不足している情報はメールでお尋ねするため、お時間をいただきます。' +
  '訪問まで{Urgent below (h)}時間を切っている場合は、お電話もお願いします(緊急対応はご契約済みのお客様に限ります)。';
const CONFIRMATION =
  'Thank you. Your order has arrived; we answer to the e-mail address that you gave. ' +
  'It is an order only once you have approved it. Urgent? Please call us now.\n' +
  'ありがとうございます。ご依頼を受け付けました。ご記入のメールアドレスへご連絡します。' +
  'ご承認をいただいて正式なご注文となります。お急ぎの場合は今すぐお電話ください。';
const KEY = 'intake form of ';
const SECONDS = 30;

/** Makes the form, or brings it up to date. Run this one. */
function makeIntakeForm() {
  const register = SpreadsheetApp.getActiveSpreadsheet();
  if (!register) throw new Error('Open the register, then Extensions > Apps Script: this script must belong to it.');
  const lock = LockService.getScriptLock();
  if (!lock.tryLock(1000)) throw new Error('Somebody else is making the form right now: wait for them.');
  try {
    return make_(register);
  } finally {
    lock.releaseLock();
  }
}

/** Forgets the form, so that the next run makes a new one. The old form and its answers stay where they are. */
function forgetIntakeForm() {
  const register = SpreadsheetApp.getActiveSpreadsheet();
  if (register) PropertiesService.getScriptProperties().deleteProperty(KEY + register.getId());
}

/** @param {GoogleAppsScript.Spreadsheet.Spreadsheet} register */
function make_(register) {
  const settings = settings_(register);
  const memory = recall_(register);
  const form = find_(register, memory, settings);
  const work = { form, memory, settings, items: form.getItems(), last: -1 };
  refuseOtherKinds_(work);
  if (!memory.ready) setUp_(form, settings);
  remember_(register, memory);
  fill_(work);
  remember_(register, memory);
  const tab = link_(register, work);
  name_(register, tab, settings['Form tab']);
  memory.tab = tab.getSheetId();
  if (!memory.ready && form.setPublished) form.setPublished(true);
  memory.ready = true;
  remember_(register, memory);
  keepAsText_(tab);
  return tell_(register, form, tab);
}

// ---- what is remembered, and what the register says

/**
 * @param {GoogleAppsScript.Spreadsheet.Spreadsheet} register
 * @returns {Memory}
 */
function recall_(register) {
  const known = PropertiesService.getScriptProperties().getProperty(KEY + register.getId());
  return known ? JSON.parse(known) : { items: {} };
}

/**
 * @param {GoogleAppsScript.Spreadsheet.Spreadsheet} register
 * @param {Memory} memory
 */
function remember_(register, memory) {
  PropertiesService.getScriptProperties().setProperty(KEY + register.getId(), JSON.stringify(memory));
}

/** How names of tabs and headers compare. @param {unknown} text */
function squash_(text) {
  return String(text).normalize('NFKC').toLowerCase().replace(/\s/g, '');
}

/**
 * The settings that the form speaks of: the register's where filled, else the defaults.
 * @param {GoogleAppsScript.Spreadsheet.Spreadsheet} register
 */
function settings_(register) {
  /** @type {Record<string, string>} */
  const found = Object.assign({}, SETTINGS);
  const tab = tabNamed_(register, 'Settings');
  const rows = tab ? tab.getDataRange().getDisplayValues() : [[]];
  const headers = rows[0].map(squash_);
  const [name, value] = [headers.indexOf('setting'), headers.indexOf('value')];
  if (name < 0 || value < 0) return found;
  for (const title of Object.keys(SETTINGS)) {
    const row = rows.find((cells) => squash_(cells[name]) === squash_(title));
    if (row && row[value].trim()) found[title] = row[value].trim();
  }
  return found;
}

/**
 * @param {string} text
 * @param {Record<string, string>} settings
 */
function filled_(text, settings) {
  return text.replace(/\{([^}]+)\}/g, (all, title) => (title in settings ? settings[title] : all));
}

/**
 * @param {GoogleAppsScript.Spreadsheet.Spreadsheet} register
 * @param {string} title
 */
function tabNamed_(register, title) {
  return register.getSheets().find((sheet) => squash_(sheet.getName()) === squash_(title)) || null;
}

// ---- the form itself

/**
 * The form of this register: the one remembered, else the one linked to the form tab, else a new one.
 * @param {GoogleAppsScript.Spreadsheet.Spreadsheet} register
 * @param {Memory} memory
 * @param {Record<string, string>} settings
 */
function find_(register, memory, settings) {
  const known = memory.form;
  if (known) return open_(() => FormApp.openById(known));
  const tab = tabNamed_(register, settings['Form tab']);
  const url = tab && tab.getFormUrl();
  if (!url) requireRoom_(register, settings['Form tab']);
  const form = url ? open_(() => FormApp.openByUrl(url)) : FormApp.create(TITLE);
  if (url) {
    const titles = form.getItems().map((item) => item.getTitle());
    const ours = PAGES[0].questions.every((question) => titles.includes(question.title));
    if (!ours) throw new Error(`The tab "${settings['Form tab']}" belongs to another form (${form.getTitle()}): unlink it.`);
    memory.ready = true;
  }
  memory.form = form.getId();
  // at once: whatever happens from here on, the next run goes on with this form
  remember_(register, memory);
  return form;
}

/** @param {() => GoogleAppsScript.Forms.Form} how */
function open_(how) {
  try {
    return how();
  } catch (error) {
    throw new Error(
      `The form of this register can't be opened (${error}). If it isn't yours, ask its owner to run this; ` +
        'if it was deleted, run forgetIntakeForm first, then this again for a new one.',
    );
  }
}

/**
 * Once only: afterwards these are yours.
 * @param {GoogleAppsScript.Forms.Form} form
 * @param {Record<string, string>} settings
 */
function setUp_(form, settings) {
  form.setTitle(TITLE).setDescription(filled_(DESCRIPTION, settings)).setConfirmationMessage(CONFIRMATION);
  // nothing about people but what they write; and nobody sees what others answered
  form.setCollectEmail(false).setLimitOneResponsePerUser(false).setPublishingSummary(false);
  // an answer that was edited would arrive as a second order
  form.setAllowResponseEdits(false).setProgressBar(true).setShowLinkToRespondAgain(true);
  try {
    form.setRequireLogin(false);
  } catch (error) {
    Logger.log('This account has no log-in setting for forms, which is fine: ' + error);
  }
}

/**
 * The item of a question or page: by what was remembered (people rename), else by its title.
 * @param {Work} work
 * @param {string} title
 */
function itemOf_(work, title) {
  const known = work.memory.items[title];
  return (
    work.items.find((item) => item.getId() === known) || work.items.find((item) => item.getTitle().trim() === title) || null
  );
}

/** @param {string} kind */
function typeOf_(kind) {
  const types = FormApp.ItemType;
  switch (kind) {
    case 'text': return types.TEXT;
    case 'long': return types.PARAGRAPH_TEXT;
    case 'moment': return types.DATETIME;
    case 'boxes': return types.CHECKBOX;
    case 'page': return types.PAGE_BREAK;
    default: return types.MULTIPLE_CHOICE;
  }
}

/**
 * Before anything is changed: a question that is there as another kind must go by hand, since its answers are a column.
 * @param {Work} work
 */
function refuseOtherKinds_(work) {
  const wanted = PAGES.flatMap((page, place) => [
    ...(place ? [{ title: page.title, kind: 'page' }] : []),
    ...page.questions,
    ...(page.more ? [{ title: page.more.title, kind: 'choice' }] : []),
  ]);
  for (const { title, kind } of wanted) {
    const item = itemOf_(work, title);
    if (item && item.getType() !== typeOf_(kind)) {
      throw new Error(`The question "${title}" is there as ${item.getType()}: rename it (and its column), then run this again.`);
    }
  }
}

/** Makes or updates every page and question. @param {Work} work */
function fill_(work) {
  /** @type {GoogleAppsScript.Forms.PageBreakItem[]} */
  const breaks = [];
  /** @type {GoogleAppsScript.Forms.MultipleChoiceItem[]} */
  const branches = [];
  PAGES.forEach((page, place) => {
    if (place) breaks[place] = page_(work, page);
    for (const question of page.questions) question_(work, question);
    if (page.more) branches[place] = branch_(work, page.more);
  });
  branches.forEach((item, place) => {
    item.setChoices([
      item.createChoice('Yes / はい', breaks[place + 1]),
      item.createChoice('No / いいえ', FormApp.PageNavigationType.SUBMIT),
    ]);
  });
}

/**
 * Puts a new item behind the one before; one that was there stays where people put it. Notes both.
 * @param {Work} work
 * @param {string} title
 * @param {{getId: () => number, getIndex: () => number}} item
 * @param {boolean} fresh
 */
function settle_(work, title, item, fresh) {
  if (fresh && item.getIndex() !== work.last + 1) work.form.moveItem(item.getIndex(), work.last + 1);
  work.last = item.getIndex();
  work.memory.items[title] = item.getId();
}

/**
 * @param {Work} work
 * @param {Page} page
 */
function page_(work, page) {
  const old = itemOf_(work, page.title);
  const item = old ? old.asPageBreakItem() : work.form.addPageBreakItem();
  item.setTitle(page.title);
  settle_(work, page.title, item, !old);
  return item;
}

/**
 * @param {Work} work
 * @param {{title: string, help: string}} more
 */
function branch_(work, more) {
  const old = itemOf_(work, more.title);
  const item = old ? old.asMultipleChoiceItem() : work.form.addMultipleChoiceItem();
  item.setTitle(more.title).setHelpText(more.help).setRequired(true);
  settle_(work, more.title, item, !old);
  return item;
}

/**
 * @param {Work} work
 * @param {Question} question
 */
function question_(work, question) {
  const old = itemOf_(work, question.title);
  const item = answered_(work.form, old, question);
  item.setTitle(question.title).setRequired(question.required);
  item.setHelpText(filled_(question.help, work.settings));
  settle_(work, question.title, item, !old);
}

/**
 * The item with what its kind needs: choices, or a check of the answer.
 * @param {GoogleAppsScript.Forms.Form} form
 * @param {GoogleAppsScript.Forms.Item | null} old
 * @param {Question} question
 */
function answered_(form, old, question) {
  const choices = question.choices || [];
  switch (question.kind) {
    case 'text': {
      const item = old ? old.asTextItem() : form.addTextItem();
      const builder = FormApp.createTextValidation().setHelpText(CHECKS[question.check || 'words'].hint);
      const { matches, pattern } = rule_(question);
      item.setValidation(
        (matches ? builder.requireTextMatchesPattern(pattern) : builder.requireTextDoesNotMatchPattern(pattern)).build(),
      );
      return item;
    }
    case 'long': {
      const item = old ? old.asParagraphTextItem() : form.addParagraphTextItem();
      const builder = FormApp.createParagraphTextValidation().requireTextDoesNotMatchPattern(rule_(question).pattern);
      item.setValidation(builder.setHelpText(CHECKS.words.hint).build());
      return item;
    }
    case 'boxes': {
      const item = old ? old.asCheckboxItem() : form.addCheckboxItem();
      return item.setChoiceValues(choices).showOtherOption(false);
    }
    case 'choice': {
      const item = old ? old.asMultipleChoiceItem() : form.addMultipleChoiceItem();
      return item.setChoiceValues(choices).showOtherOption(false);
    }
    default:
      return old ? old.asDateTimeItem() : form.addDateTimeItem();
  }
}

/**
 * The whole pattern of a question. What people write for nothing ("N/A") is an answer only where none is required;
 * and no answer begins with "=", so that none can become a formula.
 * @param {Question} question
 */
function rule_(question) {
  const { pattern } = CHECKS[question.check || 'words'];
  if (pattern) {
    return { matches: true, pattern: `^[\\s　]*(?:${pattern}${question.required ? '' : `|${BLANKS}`})[\\s　]*$` };
  }
  const nothing = question.required ? `|(?:${BLANKS})?[\\s　]*` : '';
  return { matches: false, pattern: `^[\\s　]*(?:[=＝][\\s\\S]*${nothing})$` };
}

// ---- the tab of the answers

/**
 * The tab that the answers come to; links the form to the register where it isn't.
 * @param {GoogleAppsScript.Spreadsheet.Spreadsheet} register
 * @param {Work} work
 */
function link_(register, work) {
  const { form, memory, settings } = work;
  const known = register.getSheets().find((sheet) => sheet.getSheetId() === memory.tab);
  /** @type {number[]} */
  let before = [];
  if (destinationOf_(form) !== register.getId()) {
    requireRoom_(register, settings['Form tab']);
    before = register.getSheets().map((sheet) => sheet.getSheetId());
    form.setDestination(FormApp.DestinationType.SPREADSHEET, register.getId());
  } else if (known) {
    return known;
  }
  for (let waited = 0; waited <= SECONDS; waited++) {
    SpreadsheetApp.flush();
    const tab = tabOf_(register, form, before);
    if (tab && tab.getLastColumn() > 1) return tab;
    Utilities.sleep(1000);
  }
  throw new Error(
    'The tab of the answers is not there yet: wait a minute, then run this again. If that does not help, unlink the ' +
      'form (in the form: Responses, three dots) and run this again.',
  );
}

/**
 * The tab that a form writes to; one that stood there before linking can't be it.
 * @param {GoogleAppsScript.Spreadsheet.Spreadsheet} register
 * @param {GoogleAppsScript.Forms.Form} form
 * @param {number[]} before
 */
function tabOf_(register, form, before) {
  const linked = register.getSheets().filter((sheet) => !before.includes(sheet.getSheetId()) && sheet.getFormUrl());
  return linked.length < 2 ? linked[0] : linked.find((sheet) => FormApp.openByUrl(String(sheet.getFormUrl())).getId() === form.getId());
}

/**
 * Makes the tab of the answers the form tab, in place of the empty one that `onsite init` makes.
 * @param {GoogleAppsScript.Spreadsheet.Spreadsheet} register
 * @param {GoogleAppsScript.Spreadsheet.Sheet} tab
 * @param {string} title
 */
function name_(register, tab, title) {
  if (squash_(tab.getName()) === squash_(title)) return;
  const placeholder = requireRoom_(register, title);
  if (placeholder) register.deleteSheet(placeholder);
  tab.setName(title);
}

/**
 * The tab of this name, if there is one. Throws where it holds anything but headers of the form.
 * @param {GoogleAppsScript.Spreadsheet.Spreadsheet} register
 * @param {string} title
 */
function requireRoom_(register, title) {
  const tab = tabNamed_(register, title);
  if (!tab) return null;
  const known = ['', 'timestamp', ...PAGES.flatMap((page) => page.questions.map((question) => squash_(question.title)))];
  const headers = tab.getLastRow() ? tab.getRange(1, 1, 1, tab.getLastColumn()).getValues()[0] : [];
  const empty = tab.getLastRow() < 2 && headers.every((header) => known.includes(squash_(header)));
  if (!empty || tab.getFormUrl()) {
    throw new Error(
      `The tab "${tab.getName()}" holds answers already, but not of this form: rename it, or let the setting ` +
        '"Form tab" say another name, then run this again.',
    );
  }
  return tab;
}

/** The spreadsheet that the form writes to. @param {GoogleAppsScript.Forms.Form} form */
function destinationOf_(form) {
  try {
    return form.getDestinationId();
  } catch (error) {
    return null; // that is how a form says that it has none
  }
}

/**
 * Plain text for every answer but dates: spreadsheets else take the + from phones, zeros from references, and run
 * what looks like a formula.
 * @param {GoogleAppsScript.Spreadsheet.Sheet} tab
 */
function keepAsText_(tab) {
  const kinds = new Map(PAGES.flatMap((page) => page.questions).map(({ title, kind }) => [squash_(title), kind]));
  const headers = tab.getRange(1, 1, 1, tab.getLastColumn()).getValues()[0];
  headers.forEach((header, place) => {
    const kind = kinds.get(squash_(header));
    if (kind && kind !== 'moment') tab.getRange(1, place + 1, tab.getMaxRows(), 1).setNumberFormat('@');
  });
}

/**
 * Says where the form is: in the log, on the screen, and as a note on the form tab.
 * @param {GoogleAppsScript.Spreadsheet.Spreadsheet} register
 * @param {GoogleAppsScript.Forms.Form} form
 * @param {GoogleAppsScript.Spreadsheet.Sheet} tab
 */
function tell_(register, form, tab) {
  const url = form.getPublishedUrl();
  const text = `Give this address to clients: ${url}\nTo change the form: ${form.getEditUrl()}`;
  tab.getRange(1, 1).setNote(text);
  Logger.log(text);
  register.toast(url, 'The form is ready', 30);
  return url;
}
