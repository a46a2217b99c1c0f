// The API reference of the service that serves this page, read from its own /openapi.json.
import 'rapidoc';

const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
const isNarrow = window.matchMedia('(width < 768px)');

const settings = {
  'spec-url': '/openapi.json',
  'show-header': 'false',
  'show-method-in-nav-bar': 'as-colored-text',
  'use-path-in-nav-bar': 'false',
  'schema-style': 'table',
  'schema-description-expanded': 'true',
  'allow-server-selection': 'false',
  'load-fonts': 'false',
  'regular-font': 'system-ui, sans-serif',
  'mono-font': 'ui-monospace, monospace',
  'primary-color': '#e5484d',
};

const reference = document.createElement('rapi-doc');
for (const [name, value] of Object.entries(settings)) reference.setAttribute(name, value);

function followTheme(): void {
  reference.setAttribute('theme', prefersDark.matches ? 'dark' : 'light');
}

/// Narrow windows have no room for the list of operations beside one of them.
function followWidth(): void {
  reference.setAttribute('render-style', isNarrow.matches ? 'view' : 'focused');
}

/// RapiDoc sets the line below its title out of line with the rest.
function alignOverview(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('#api-info { margin-left: 0 }');
  reference.shadowRoot?.adoptedStyleSheets.push(sheet);
}

followTheme();
prefersDark.addEventListener('change', followTheme);
followWidth();
isNarrow.addEventListener('change', followWidth);
document.body.append(reference);
alignOverview();
