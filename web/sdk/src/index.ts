export { Reporter, viewOf, type View } from './reporter';
