use declic_domain::name::AgencyId;
use declic_domain::policy;
use declic_routing::Territory;
use declic_store::FigureState;
use jiff::civil::date;

use super::*;

fn group(departement: &str, month: i8) -> Group {
    Group {
        departement: departement.to_owned(),
        month: Month::of(date(2026, month, 1)),
        agency: AgencyId::parse("caf-56").expect("a slug"),
        benefit: "RSA".to_owned(),
        blockage: String::new(),
    }
}

fn tally(tickets: u64) -> Tally {
    Tally {
        tickets,
        addressed: tickets,
        ..Tally::default()
    }
}

fn question(departement: &str) -> Question {
    Question {
        departements: vec![departement.to_owned()],
        selection: Selection::default(),
        period: Period::new(None, None, TODAY).expect("a period"),
        today: TODAY,
    }
}

/// A board of so many tickets of November, and 30 of each month before, made of so many groups.
fn board(question: &Question, revision: u64, tickets: u64, groups: u64) -> Board {
    let mut asking = Asking::new(Selection::default(), None);
    let mut months = BTreeMap::new();
    for (month, tickets) in [(8, 30), (9, 30), (10, 30), (11, tickets)] {
        let group = group(&question.departements[0], month);
        months.insert(group.month, tickets);
        asking.add(Counted {
            group,
            tickets,
            sums: Some(tally(tickets)),
        });
    }
    let state = FigureState {
        revision,
        ..FigureState::default()
    };
    let read = FigureRead { state, months };
    let scope = policy::counting_scope(Territory::embedded());
    let mut board = Board::new(scope, question, read, asking, groups);
    board.tell(NOW, NOW);
    board.asked(NOW)
}

/// A write that leaves so many tickets of a month, where there were others.
fn write(expected: u64, departement: &str, month: i8, (before, after): (u64, u64)) -> Write {
    let sums = |tickets: u64| {
        let counted = (tickets > 0).then(|| (group(departement, month), tally(tickets)));
        counted.into_iter().collect::<Sums>()
    };
    Write {
        expected,
        changes: vec![(sums(before), sums(after))],
    }
}

const TODAY: Date = date(2026, 11, 23);

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn at(after_s: i64) -> Timestamp {
    NOW + SignedDuration::from_secs(after_s)
}

/// What is told of a question when the sums are at this revision.
fn told(boards: &Boards, question: &Question, revision: u64, after_s: i64) -> Option<i64> {
    let told = boards.told(question, revision, at(after_s), at(after_s));
    Some(told.expect("it is not ahead")?.tickets)
}

/// The same, and the second until which it counts.
fn dated(
    boards: &Boards,
    question: &Question,
    revision: u64,
    after_s: i64,
) -> Result<Option<(i64, i64)>, Ahead> {
    let told = boards.told(question, revision, at(after_s), at(after_s))?;
    Ok(told.map(|told| (told.tickets, told.as_of.expect("a time").seconds)))
}

#[test]
fn a_board_that_is_kept_has_what_was_written_since() {
    let (boards, question) = (Boards::default(), question("56"));
    boards.keep(question.clone(), board(&question, 7, 10, 4), TODAY);
    assert_eq!(told(&boards, &question, 7, 1), Some(100));
    boards.follow(write(7, "56", 11, (1, 11)));
    assert_eq!(told(&boards, &question, 8, 2), Some(110));
    boards.follow(write(8, "35", 11, (1, 11)));
    assert_eq!(told(&boards, &question, 9, 3), Some(110), "of another territory");
    boards.follow(write(9, "56", 2, (0, 40)));
    assert_eq!(told(&boards, &question, 10, 4), Some(110), "of another month");
    boards.follow(write(10, "56", 11, (20, 0)));
    assert_eq!(told(&boards, &question, 11, 5), Some(90), "they are taken out");
}

#[test]
fn a_board_is_told_with_the_time_until_which_it_counts() {
    let (boards, question) = (Boards::default(), question("56"));
    boards.keep(question.clone(), board(&question, 7, 10, MANY + 1), TODAY);
    let told = |revision, as_of, now| {
        let told = boards.told(&question, revision, as_of, now);
        told.expect("it is not ahead").expect("it is told").as_of
    };
    assert_eq!(told(7, at(3), at(4)), Some(wire::timestamp(at(3))));
    assert_eq!(
        told(8, at(8), at(9)),
        Some(wire::timestamp(at(3))),
        "another hub wrote the sums, and the board is as it was"
    );
}

#[test]
fn what_is_written_while_a_board_is_read_is_put_in_once() {
    let (boards, question) = (Boards::default(), question("56"));
    for (expected, after) in (5..9).zip([20, 30, 40, 50]) {
        boards.follow(write(expected, "56", 11, (after - 10, after)));
    }
    // It was read at revision 7, which holds the first two.
    boards.keep(question.clone(), board(&question, 7, 30, 4), TODAY);
    assert_eq!(told(&boards, &question, 9, 1), Some(140));
    // One that was read before what is remembered is not as the sums are.
    let other = self::question("35");
    boards.keep(other.clone(), board(&other, 3, 10, 4), TODAY);
    assert_eq!(told(&boards, &other, 9, 1), None);
}

#[test]
fn a_board_without_what_is_taken_out_of_it_is_kept_no_more() {
    let (boards, question) = (Boards::default(), question("56"));
    boards.keep(question.clone(), board(&question, 7, 10, 4), TODAY);
    boards.follow(write(7, "56", 11, (11, 0)));
    assert_eq!(told(&boards, &question, 8, 1), None);
    assert_eq!(told(&boards, &question, 7, 1), None);
}

#[test]
fn months_that_can_be_told_alone_no_more_are_read_again() {
    let (boards, question) = (Boards::default(), question("56"));
    boards.keep(question.clone(), board(&question, 7, 10, 4), TODAY);
    // Four of July cannot be told alone: they go with August, and so into the board.
    boards.follow(write(7, "56", 7, (0, 4)));
    assert_eq!(told(&boards, &question, 8, 1), None);
}

#[test]
fn where_another_hub_writes_a_board_of_many_groups_is_told_again_for_a_minute_and_to_nobody_else() {
    let (boards, question) = (Boards::default(), question("56"));
    boards.keep(question.clone(), board(&question, 7, 10, MANY + 1), TODAY);
    assert_eq!(told(&boards, &question, 8, 59), Some(100));
    assert_eq!(told(&boards, &question, 8, 60), None, "it is a minute old");
    assert_eq!(told(&boards, &question, 8, -1), None, "the clock was set back");
    assert_eq!(
        told(&boards, &self::question("35"), 8, 1),
        None,
        "another territory"
    );
    boards.keep(question.clone(), board(&question, 7, 10, MANY), TODAY);
    assert_eq!(told(&boards, &question, 8, 1), None, "it is made in a moment");
}

#[test]
fn a_board_that_takes_long_is_made_anew_before_it_is_too_old_while_somebody_asks() {
    let (boards, question) = (Boards::default(), question("56"));
    boards.keep(question.clone(), board(&question, 7, 10, MANY + 1), TODAY);
    let aging = |revision, seconds| boards.aging(revision, at(seconds)).len();
    assert_eq!(aging(7, 40), 0, "it is as the sums are");
    assert_eq!(aging(8, 20), 0);
    assert_eq!(aging(8, 40), 1);
    assert_eq!(aging(8, 600), 0, "nobody asks");
    assert_eq!(told(&boards, &question, 8, 700), None, "somebody does again");
    assert_eq!(aging(8, 701), 1);
}

#[test]
fn what_is_made_anew_for_nobody_is_made_no_more() {
    let (boards, question) = (Boards::default(), question("56"));
    boards.keep(question.clone(), board(&question, 7, 10, MANY + 1), TODAY);
    let mut made = 0;
    for seconds in (0..3_600).step_by(5) {
        let (revision, now) = (8 + seconds as u64, at(seconds));
        for (_, question) in boards.aging(revision, now) {
            let mut anew = board(&question, revision, 10, MANY + 1);
            anew.asked_at = Timestamp::MIN;
            anew.tell(now, now);
            boards.keep(question, anew, TODAY);
            made += 1;
        }
    }
    assert_eq!(
        made, 17,
        "each 35 seconds, for the ten minutes after it was asked for"
    );
}

#[test]
fn a_board_that_is_late_takes_no_place_of_a_later_one() {
    let (boards, question) = (Boards::default(), question("56"));
    boards.keep(question.clone(), board(&question, 9, 20, 4), TODAY);
    boards.keep(question.clone(), board(&question, 7, 10, 4), TODAY);
    assert_eq!(told(&boards, &question, 9, 1), Some(110));
    let yesterday = Question {
        today: date(2026, 11, 22),
        ..question.clone()
    };
    boards.keep(yesterday.clone(), board(&yesterday, 9, 20, 4), TODAY);
    assert_eq!(told(&boards, &question, 9, 1), Some(110));
    assert_eq!(told(&boards, &yesterday, 9, 1), None);
}

#[test]
fn a_board_ahead_of_what_was_asked_is_told_with_its_own_time() {
    let (boards, question) = (Boards::default(), question("56"));
    boards.keep(question.clone(), board(&question, 8, 10, 4), TODAY);
    assert_eq!(dated(&boards, &question, 7, 9), Ok(Some((100, 0))));
}

#[test]
fn a_board_that_holds_a_later_write_is_not_told_with_a_time_before_it() {
    let (boards, question) = (Boards::default(), question("56"));
    boards.keep(question.clone(), board(&question, 7, 10, 4), TODAY);
    boards.follow(write(7, "56", 11, (1, 11)));
    assert_eq!(
        dated(&boards, &question, 7, 18_000),
        Err(Ahead),
        "it was written between the state and the question"
    );
    let again = Ok(Some((110, 18_001)));
    assert_eq!(dated(&boards, &question, 8, 18_001), again);
    assert_eq!(
        dated(&boards, &question, 7, 18_002),
        again,
        "that time is its own"
    );
    boards.follow(write(8, "35", 11, (1, 11)));
    assert_eq!(
        dated(&boards, &question, 8, 18_003),
        Err(Ahead),
        "a write elsewhere moves the time too"
    );
}

#[test]
fn a_board_that_is_told_again_is_what_was_told_at_its_time() {
    let (boards, question) = (Boards::default(), question("56"));
    boards.keep(question.clone(), board(&question, 7, 10, MANY + 1), TODAY);
    boards.follow(write(7, "56", 11, (1, 11)));
    assert_eq!(
        dated(&boards, &question, 9, 5),
        Ok(Some((100, 0))),
        "this hub wrote the sums, then another"
    );
    assert_eq!(dated(&boards, &question, 8, 6), Ok(Some((110, 6))));
    assert_eq!(dated(&boards, &question, 9, 7), Ok(Some((110, 6))));
}

#[test]
fn a_clock_that_was_ahead_keeps_no_board_of_today_away() {
    let (boards, question) = (Boards::default(), question("56"));
    let tomorrow = Question {
        today: date(2026, 11, 24),
        ..question.clone()
    };
    boards.keep(tomorrow.clone(), board(&tomorrow, 7, 10, 4), tomorrow.today);
    assert_eq!(told(&boards, &tomorrow, 7, 1), Some(100));
    boards.keep(question.clone(), board(&question, 7, 10, 4), TODAY);
    assert_eq!(
        told(&boards, &question, 7, 2),
        Some(100),
        "the clock was set right"
    );
    assert_eq!(told(&boards, &tomorrow, 7, 3), None);
    // It was begun while the clock was ahead.
    boards.keep(tomorrow.clone(), board(&tomorrow, 7, 10, 4), TODAY);
    assert_eq!(told(&boards, &question, 7, 4), Some(100));
    assert_eq!(told(&boards, &tomorrow, 7, 5), None);
}

#[test]
fn a_board_that_is_late_leaves_none_of_its_day() {
    let (boards, question) = (Boards::default(), question("56"));
    boards.keep(question.clone(), board(&question, 7, 10, MANY + 1), TODAY);
    assert_eq!(boards.aging(8, at(40)).len(), 1);
    let midnight_passed = date(2026, 11, 24);
    boards.keep(
        question.clone(),
        board(&question, 8, 10, MANY + 1),
        midnight_passed,
    );
    assert_eq!(
        boards.aging(9, at(80)).len(),
        0,
        "it would be made again and again"
    );
}

#[test]
fn boards_are_kept_within_bounds() {
    let boards = Boards::default();
    let questions: Vec<Question> = (0..2 * MOST)
        .map(|number| question(&number.to_string()))
        .collect();
    for (question, after_s) in questions.iter().zip(0..) {
        boards.keep(question.clone(), board(question, 7, 10, 4), TODAY);
        // What was asked for last stays.
        assert!(told(&boards, question, 7, after_s).is_some());
    }
    let held = questions
        .iter()
        .filter(|question| told(&boards, question, 7, 500).is_some());
    assert_eq!(held.count(), MOST);
    assert!(told(&boards, &questions[2 * MOST - 1], 7, 500).is_some());

    let tomorrow = Question {
        today: date(2026, 11, 24),
        ..question("56")
    };
    boards.keep(tomorrow.clone(), board(&tomorrow, 7, 10, 4), tomorrow.today);
    assert!(told(&boards, &tomorrow, 7, 501).is_some());
    let held = questions
        .iter()
        .filter(|question| told(&boards, question, 7, 501).is_some());
    assert_eq!(held.count(), 0, "yesterday's are asked for no more");
}
