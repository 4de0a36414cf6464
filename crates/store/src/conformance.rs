//! The promises of [`Store`], one function each, with the words of the contract. Every engine runs them all: its tests
//! hold one line, [`conformance_tests!`](crate::conformance_tests).
//!
//! A function gets a factory of its own and panics when the promise is broken.

pub mod commit;
pub mod directory;
pub mod figures;
pub mod journal;
pub mod lease;
pub mod ledger;
pub mod pages;
pub mod rules;
mod sample;
pub mod scope;
pub mod sign_ins;
pub mod timers;
pub mod turns;

use async_trait::async_trait;

use crate::Store;

/// Opens an engine on one place of storage, empty at first: again and again the same one.
#[async_trait]
pub trait Factory: Send + Sync + 'static {
    /// The engine.
    type Store: Store;

    /// Opens it; what an earlier one wrote and closed is there.
    async fn open(&self) -> Self::Store;
}

/// Makes one test of each promise. The argument is an expression that makes a [`Factory`], or a future of one.
#[macro_export]
macro_rules! conformance_tests {
    ($factory:expr) => {
        $crate::conformance_tests! { @each $factory;
            commit::a_commit_is_all_or_nothing
            commit::a_commit_that_fails_leaves_nothing
            commit::the_same_request_gets_its_stored_answer_and_writes_nothing
            commit::the_same_key_with_other_content_is_refused
            commit::the_request_key_is_checked_first
            commit::a_request_key_belongs_to_its_caller
            commit::a_stale_commit_writes_nothing
            commit::of_two_commits_on_one_version_one_is_stale
            commit::a_refused_command_leaves_its_neighbours_whole
            commit::references_never_overlap
            commit::what_was_committed_is_there_after_a_restart
            commit::the_directory_comes_in_the_order_it_was_committed
            commit::a_closed_store_refuses
            directory::changes_of_the_directory_read_back_newest_first
            directory::of_two_changes_of_the_directory_at_once_one_is_stale
            figures::sums_read_back_as_they_were_written
            figures::of_two_who_sum_up_one_is_stale
            figures::what_is_open_is_found_by_when_it_was_measured
            figures::sums_are_read_in_the_territory_of_the_reader_alone
            figures::sums_are_read_as_they_were_at_one_revision
            journal::a_watcher_misses_nothing_while_sixteen_write
            journal::a_mailbox_has_no_gap
            journal::the_journal_is_for_its_readers_alone
            journal::an_entry_reads_back_as_it_was_written
            journal::every_kind_of_event_reads_back_by_its_name
            lease::of_many_who_ask_one_gets_the_lease
            lease::a_lease_goes_on_when_it_lapses_or_is_released
            lease::a_lease_is_told_from_those_before_a_restart
            lease::what_a_former_holder_writes_is_stale
            ledger::leaves_and_nodes_read_back
            ledger::a_sealer_that_starts_from_elsewhere_is_stale
            ledger::of_two_sealers_one_is_stale
            ledger::a_size_has_one_checkpoint
            ledger::checkpoints_are_found_by_size
            pages::pages_of_cases_put_together_equal_the_whole_list
            pages::pages_of_tickets_put_together_equal_the_whole_list
            pages::a_row_that_does_not_change_does_not_come_twice
            pages::a_list_shows_a_case_as_it_is_once_all_its_tickets_are_named
            pages::a_tag_finds_the_cases_that_carry_it
            pages::a_tag_that_goes_finds_the_case_no_more
            rules::changes_of_the_rules_read_back_in_their_order
            rules::of_two_changes_of_the_rules_at_once_one_is_stale
            scope::lists_and_details_show_what_the_policy_says
            scope::a_scope_follows_the_case_when_it_changes_hands
            scope::who_reads_a_ticket_sees_it_until_it_is_shared_no_more
            sign_ins::a_sign_in_reads_back_as_it_began
            sign_ins::a_digest_that_is_there_stays_whose_it_is
            sign_ins::a_sign_in_is_given_until_it_ends
            sign_ins::a_sign_in_is_continued_forward_only
            sign_ins::a_sign_in_that_somebody_ended_is_gone
            sign_ins::those_that_have_ended_are_swept_when_another_begins
            timers::a_commit_puts_the_timer_of_its_states_in_place_of_the_one_before
            timers::a_stale_commit_leaves_the_timer_that_stands
            timers::a_timer_is_given_when_both_clocks_say_that_it_is_due
            timers::whoever_asks_is_given_the_same_timers
            timers::pages_of_timers_put_together_are_all_that_is_due
            timers::timers_are_for_the_clockwork_alone
            timers::a_commit_without_events_writes_states_and_tells_nobody
            turns::pages_of_tickets_by_turn_put_together_equal_the_whole_list
            turns::a_case_stands_where_its_first_ticket_does
            turns::cases_are_counted_as_they_are_listed
        }
    };
    (@each $factory:expr; $($module:ident :: $promise:ident)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $promise() {
            $crate::conformance::$module::$promise(&$factory).await;
        }
    )+};
}
