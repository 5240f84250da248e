// What @types/google-apps-script doesn't know yet: forms are made unpublished since July 2026.
declare namespace GoogleAppsScript {
  namespace Forms {
    interface Form {
      /** Missing where Google hasn't brought it to the account yet; such forms are published from the start. */
      setPublished?(enabled: boolean): Form;
    }
  }
}
