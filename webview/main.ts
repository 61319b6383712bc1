/** Boots the panel and pumps its messages. */
import type { ToPanel } from '../src/editor/panelMessages';
import { Host, type VsCodeApi } from './host';
import { Refresh } from './refresh';
import { type Selection, Store, type Tab, type TaskQuery } from './store';
import { registerToolkit } from './toolkit';
import { PanelElement } from './views/panel';

declare function acquireVsCodeApi(): VsCodeApi;

/** Kept by VS Code while the panel is hidden and over a reload. Facts are asked for again. */
interface Saved {
  selection?: Selection;
  tab?: Tab;
  taskQuery?: TaskQuery;
}

/** Tabs that show the details of what is selected. */
const WITH_DETAILS = new Set<Tab>(['queues', 'tasks', 'graph']);

registerToolkit();

const api = acquireVsCodeApi();
const store = new Store();
const host = new Host(api, {
  session: (session) => {
    const before = store.current.session;
    if (JSON.stringify(before) === JSON.stringify(session)) return;
    store.dispatch({ type: 'session', session });
    refresh.sessionChanged();
  },
  changed: (body) => refresh.changed(body),
  breakpoints: (breakpoints) => store.dispatch({ type: 'breakpoints', breakpoints }),
  showTask: (task) => {
    if (!WITH_DETAILS.has(store.current.tab)) store.dispatch({ type: 'tab', tab: 'queues' });
    store.dispatch({ type: 'select', selection: { queue: 'task', id: task, task } });
    refresh.selected();
  },
});
const refresh = new Refresh(store, host.ask, {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
});

const saved = api.getState() as Saved | undefined;
if (saved?.selection) store.dispatch({ type: 'select', selection: saved.selection });
if (saved?.taskQuery) store.dispatch({ type: 'taskQuery', query: saved.taskQuery });
if (saved?.tab) store.dispatch({ type: 'tab', tab: saved.tab });
let kept = store.current;
store.observe((panel) => {
  const { selection, tab, taskQuery } = panel;
  if (selection !== kept.selection || tab !== kept.tab || taskQuery !== kept.taskQuery)
    api.setState({ selection, tab, taskQuery } satisfies Saved);
  kept = panel;
});

addEventListener('message', (event: MessageEvent<ToPanel>) => host.receive(event.data));

const panel = new PanelElement();
panel.store = store;
panel.refresh = refresh;
panel.host = host;
document.body.style.padding = '0';
(document.getElementById('root') ?? document.body).append(panel);
host.ready();
