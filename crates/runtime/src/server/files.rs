//! Open files: a connection takes one, and a process without any left cannot even write its database.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Files kept for everything but connections: database, logs, collector, standard streams.
const RESERVE: u64 = 128;

/// How many of the connections wanted leave the reserve free, once the process may open as many files as the system
/// lets it.
pub(super) fn connections_that_fit(wanted: usize) -> usize {
    let Some(files) = raise() else { return wanted };
    let fit = fit(wanted, files);
    if fit < wanted {
        tracing::warn!(
            wanted,
            fit,
            open_files = files,
            "too few open files: raise LimitNOFILE or lower max_connections"
        );
    }
    fit
}

fn fit(wanted: usize, files: u64) -> usize {
    let free = files.saturating_sub(RESERVE).max(1);
    wanted.min(usize::try_from(free).unwrap_or(usize::MAX))
}

/// Raises the soft limit to the hard one and returns what is now in force; `None` when the system does not say.
fn raise() -> Option<u64> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    let raised = soft < hard && setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    Some(if raised { hard } else { soft })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_the_rest_of_the_process() {
        assert_eq!(fit(1024, 1_048_576), 1024, "plenty");
        assert_eq!(fit(1024, 1024), 896, "the reserve stays free");
        assert_eq!(fit(1024, 64), 1, "a server serves at least one");
    }
}
