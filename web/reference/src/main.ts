// The API reference of the service that serves this page, read from its own /openapi.json.
import 'rapidoc';

const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');

const settings = {
  'spec-url': '/openapi.json',
  'render-style': 'focused',
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

followTheme();
prefersDark.addEventListener('change', followTheme);
document.body.append(reference);
