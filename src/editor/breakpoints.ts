import * as vscode from 'vscode';
import type { LaunchArguments, TickBreakpoint, TickPlace } from '../adapter/contract';
import { freeId, wordsOf } from '../breakpoints/words';
import type { Session } from './session';
import type { Sessions } from './sessions';

const KEY = 'tickscope.breakpoints';

/** The tick breakpoints of the workspace: kept over sessions and reloads, told to every session. */
export class Breakpoints implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly memento: vscode.Memento,
    private readonly sessions: Sessions,
  ) {
    this.subscriptions = [this.changed, sessions.onDidStart((session) => void this.tell(session))];
  }

  get all(): TickBreakpoint[] {
    return this.memento.get<TickBreakpoint[]>(KEY, []);
  }

  async set(breakpoints: TickBreakpoint[]): Promise<void> {
    await this.memento.update(KEY, breakpoints);
    this.changed.fire();
    await Promise.all(this.sessions.live.map((session) => this.tell(session)));
  }

  async add(place: TickPlace): Promise<void> {
    const { all } = this;
    const id = freeId(wordsOf({ ...place, id: '' }), all);
    await this.set([...all, { ...place, id }]);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Ahead of its launch: a session takes them at any time. Why one cannot be reached, its state says. */
  private async tell(session: Session): Promise<void> {
    try {
      await session.request('tickscope/setTickBreakpoints', { breakpoints: withLaunch(this.all, session) });
    } catch (error) {
      if (session.live)
        void vscode.window.showErrorMessage(
          `The tick breakpoints could not be set. ${(error as Error).message}`,
        );
    }
  }
}

/** Those of launch.json stay, where the workspace has none of that id. */
function withLaunch(own: TickBreakpoint[], { debugSession }: Session): TickBreakpoint[] {
  const launch = (debugSession.configuration as LaunchArguments).tickBreakpoints ?? [];
  return [...own, ...launch.filter(({ id }) => !own.some((each) => each.id === id))];
}
