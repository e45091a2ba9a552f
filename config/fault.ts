/** What is wrong with one variable, in the operator's words and without its value. */
export class Fault extends Error {
  override readonly name = 'Fault';
}
