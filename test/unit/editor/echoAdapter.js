// A debug adapter over stdio that answers as its requests ask it to.
const { DebugSession, Event } = require('@vscode/debugadapter');

class EchoAdapter extends DebugSession {
  customRequest(command, response, args) {
    switch (command) {
      case 'echo':
        this.sendResponse({ ...response, body: { args } });
        break;
      case 'refuse':
        this.sendErrorResponse(response, { id: 1, format: 'No such {what}.', variables: { what: 'tick' } });
        break;
      case 'announce':
        this.sendEvent(new Event('announced', args));
        this.sendResponse(response);
        break;
      case 'askBack':
        this.sendRequest('runInTerminal', args, 10000, (answer) => {
          this.sendResponse({ ...response, body: { answer: answer.body } });
        });
        break;
      case 'complain':
        process.stderr.write(args.text, () => this.sendResponse(response));
        break;
      case 'die':
        process.exit(3);
        break;
      case 'pid':
        this.sendResponse({ ...response, body: { pid: process.pid } });
        break;
      // Anything else is never answered.
    }
  }
}

EchoAdapter.run(EchoAdapter);
