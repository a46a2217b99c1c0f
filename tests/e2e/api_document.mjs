// Holds what a service answers against its API document: the source of truth for paths, statuses and members.
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

// The document leaves out what is not said; for a test, an answer has no member that is not in it.
function strict(node) {
  if (Array.isArray(node)) return node.map(strict);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, strict(value)]));
  if (copy.type && copy.properties) copy.additionalProperties ??= false;
  return copy;
}

const escaped = (text) => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
const patternOf = (path) => new RegExp(`^${escaped(path).replace(/\{[^}]*\}/g, '([^/]+)')}$`);

export class ApiDocument {
  constructor(document) {
    this.document = document;
    this.ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
    addFormats(this.ajv);
    this.ajv.addSchema({ ...strict(document), $id: 'document' });
    this.validators = new Map();
    // A literal segment beats a parameter.
    this.paths = Object.keys(document.paths)
      .sort((a, b) => a.split('{').length - b.split('{').length)
      .map((path) => ({ path, pattern: patternOf(path) }));
  }

  // The path of the document that `path` is one of; undefined: the document does not know it.
  find(path) {
    return this.paths.find(({ pattern }) => pattern.test(path))?.path;
  }

  // What is wrong with an answer, in one line; undefined when it is as documented.
  complaint(method, path, { status, contentType, json }) {
    const template = this.find(path);
    const isForPeople = !/json/.test(contentType ?? ''); // pages, and what they load
    if (!template)
      return [400, 404].includes(status) || isForPeople ? undefined : `${path} is not in the API document`;
    const operation = this.document.paths[template][method === 'HEAD' ? 'get' : method.toLowerCase()];
    if (!operation)
      return status === 405 || status === 204 ? undefined : `${method} ${template} is not documented`;
    const where = `${method} ${template} answered ${status}`;
    const response = this.#resolve(operation.responses[status]);
    if (!response) return `${where}, which is not documented`;
    if (method === 'HEAD' || status === 304 || !contentType) return undefined;
    const type = contentType.split(';')[0];
    const content = response.content?.[type];
    if (!content) return `${where} as ${type}, which is not documented`;
    if (!/json$/.test(type)) return undefined;
    const validate = this.#validator(content.schema);
    if (validate(json)) return undefined;
    const [error] = validate.errors;
    const detail = error.params.additionalProperty ?? error.params.allowedValues ?? '';
    return `${where}: ${error.instancePath || 'the body'} ${error.message} ${detail} in ${JSON.stringify(json).slice(0, 600)}`;
  }

  #resolve(node) {
    return node?.$ref
      ? node.$ref
          .slice(2)
          .split('/')
          .reduce((at, name) => at[name], this.document)
      : node;
  }

  #validator(schema) {
    const known = this.validators.get(schema);
    if (known) return known;
    const rooted = JSON.parse(JSON.stringify(strict(schema)).replaceAll('"#/', '"document#/'));
    const validate = this.ajv.compile(rooted);
    this.validators.set(schema, validate);
    return validate;
  }
}
