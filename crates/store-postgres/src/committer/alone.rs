//! A task on a thread of its own.

use std::future::Future;

use tokio::task::JoinHandle;
use tokio_util::task::LocalPoolHandle;

/// Runs a task that every command waits for. On the threads that answer calls, what the server says would wait behind calls
/// that nobody waits for yet, and everybody with it.
pub(crate) fn alone(task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    LocalPoolHandle::new(1).spawn_pinned(move || task)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use tokio::sync::oneshot;
    use tokio::task::yield_now;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_task_alone_goes_on_while_the_threads_of_its_callers_are_busy() {
        let (say, said) = mpsc::channel();
        let task = alone(async move {
            yield_now().await;
            say.send(()).expect("the test waits for it");
        });
        // The one thread of this test waits here.
        said.recv_timeout(LONG).expect("the task has a thread of its own");
        task.await.expect("the task ended well");
    }

    #[test]
    fn a_task_alone_ends_what_it_does_though_nobody_holds_it_any_more() {
        let (begin, begun) = oneshot::channel();
        let (say, said) = mpsc::channel();
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            drop(alone(async move {
                say.send("it waits").expect("the test waits for it");
                begun.await.expect("the test says when");
                say.send("it is done").expect("the test waits for it");
            }));
        });
        assert_eq!(said.recv_timeout(LONG), Ok("it waits"));
        drop(runtime);
        begin.send(()).expect("the task waits for it");
        assert_eq!(said.recv_timeout(LONG), Ok("it is done"));
    }
}
